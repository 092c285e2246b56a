/** Reads the logs that are shown: every second what is new, and older lines page by page as the reader comes to them. */
import type { EngineCommands, LogLine } from '../../../engine/index.ts';
import type { Wanted } from '../../kit/pane.ts';
import { LogText } from '../../state/log-text.ts';
import type { UiState } from '../../state/ui-store.ts';

const firstLines = 1_000;
/** As many as one answer holds. */
const pageLines = 5_000;
/** What came between two looks is read to the last line, in so many pages at most. */
const mostPages = 20;

/** The engine's start and the ids: numbers of lines begin anew with an engine. */
export function logKey(state: Pick<UiState, 'view'>, ids: readonly string[]): string {
  return `${state.view?.info.startedAt ?? 0} ${ids.join(' ')}`;
}

/** `wantsOlder`: the reader has come to the first lines that are held. */
export function wantedLog(state: UiState, ids: readonly string[], wantsOlder: boolean): Wanted | undefined {
  if (ids.length === 0) return undefined;
  const of = logKey(state, ids);
  const text = state.logs.of === of ? state.logs.text : undefined;
  const older = text !== undefined && wantsOlder && !text.isFull ? text.beginsLast : undefined;
  const put =
    (change: (text: LogText) => void) =>
    (later: UiState): Partial<UiState> => {
      const { logs } = later;
      const held = logs.of === of && logs.text !== undefined ? logs.text : new LogText(ids);
      change(held);
      return { logs: { ...logs, of, text: held, error: undefined, revision: logs.revision + 1 } };
    };
  return {
    key: `log ${of} ${state.now} ${text !== undefined} ${older?.source ?? '-'} ${older?.before ?? '-'}`,
    again: text !== undefined,
    async load(commands) {
      const news = await Promise.all(ids.map((id, source) => newLines(commands, id, text?.newest(source))));
      const page =
        older === undefined ? undefined : await commands.logs(older.id, { lines: pageLines, before: older.before });
      return put((held) => {
        for (const [source, lines] of news.entries()) {
          const isFirst = held.newest(source) === undefined;
          if (isFirst) held.prepend(source, lines, lines.length >= firstLines);
          else held.append(source, lines);
        }
        if (older !== undefined && page !== undefined) held.prepend(older.source, page, page.length > 0);
      });
    },
    failed:
      (error) =>
      ({ logs }) => ({ logs: { ...logs, error, ...(logs.of === of ? {} : { of, text: undefined }) } }),
  };
}

async function newLines(commands: EngineCommands, id: string, newest: number | undefined): Promise<readonly LogLine[]> {
  if (newest === undefined) return commands.logs(id, { lines: firstLines });
  const pages = [await commands.logs(id, { lines: pageLines, after: newest })];
  for (let page = pages[0]; pages.length < mostPages; page = pages[0]) {
    const before = page?.[0]?.n;
    if (before === undefined || before <= newest + 1) break;
    const between = (await commands.logs(id, { lines: pageLines, before })).filter(({ n }) => n > newest);
    if (between.length === 0) break;
    pages.unshift(between);
  }
  return pages.flat();
}
