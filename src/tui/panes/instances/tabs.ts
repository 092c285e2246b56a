/** Makes the text of each tab of an instance's detail: events, definition, tools, log, the whole row. */
import type { InstanceDetail, InstanceEvent, InstanceView } from '../../../engine/index.ts';
import { clean, cleanLines, fit, widthOf } from '../../../text/clean.ts';
import { clockTime, timeLabel, type TimeStyle } from '../../../text/format.ts';
import { lastOf } from '../../state/memo.ts';
import type { DetailTab } from '../../state/panes/instances.ts';
import type { UiState } from '../../state/ui-store.ts';
import type { Line } from '../../kit/theme.ts';
import { shownText, type ShownText } from '../../kit/viewer/reading.ts';
import { stillText } from '../../kit/viewer/text.ts';
import { logText } from '../logs/reading.ts';

interface Room {
  readonly width: number;
  readonly rows: number;
}

/** The text of the tab in front; a sentence where there is none. */
export function tabText(state: UiState, instance: InstanceView, room: Room): ShownText | string {
  const { tab, of, data, error } = state.detail;
  if (tab === 'Logs') return logTab(state, instance, room);
  if (tab !== 'Raw') {
    if (of !== instance.id) return 'loading …';
    if (error !== undefined) return `not available: ${clean(error)}`;
    if (data === undefined) return 'loading …';
  }
  const lines = tab === 'Raw' ? rawLines(instance) : data === undefined ? [] : linesOf(tab, data, state);
  if (lines.length === 0) return emptyWords[tab];
  const name = `${instance.name}-${tab.toLowerCase()}.${tab === 'Raw' || tab === 'Spec' ? 'json' : 'txt'}`;
  return shownText(state, 'instances', { of: `${instance.id} ${tab}`, text: stillText(lines), ...room, name });
}

const emptyWords: Readonly<Record<DetailTab, string>> = {
  Events: 'nothing happened yet',
  Spec: 'there is no definition',
  Env: 'it is started without environment entries',
  Tools: 'it offers no tools, or has not been asked yet',
  Logs: 'it has written nothing yet',
  Raw: 'there is nothing of it',
};

function logTab(state: UiState, instance: InstanceView, room: Room): ShownText | string {
  const read = logText(state, 'instances', [instance], room);
  if (state.logs.error !== undefined) return `not available: ${clean(state.logs.error)}`;
  if (read === undefined) return 'loading …';
  const isNarrowed = read.view.keep !== '' || read.view.hide !== '';
  return read.text.length === 0 && !isNarrowed ? emptyWords.Logs : read;
}

function linesOf(tab: DetailTab, data: InstanceDetail, { now, time }: UiState): readonly Line[] {
  switch (tab) {
    case 'Events':
      // Only times that are told relative to now change with it.
      return eventLines(data.events, time, time === 'relative' ? now : Math.floor(now / 60_000) * 60_000);
    case 'Spec':
      return specLines(data);
    case 'Tools':
      return toolLines(data);
    case 'Env':
    case 'Logs':
    case 'Raw':
      return [];
  }
}

const specLines = lastOf((data: InstanceDetail): readonly Line[] => jsonLines(data.spec, hideValues));
const rawLines = lastOf((instance: InstanceView): readonly Line[] => jsonLines(instance));

type Replacer = (this: unknown, key: string, value: unknown) => unknown;

function jsonLines(value: unknown, replacer?: Replacer): readonly Line[] {
  return cleanLines(JSON.stringify(value, replacer, 2)).map((text): Line => [text]);
}

/** Literal values of env entries may be anything: names are enough here. */
function hideValues(this: unknown, key: string, value: unknown): unknown {
  const holder = this as { readonly name?: unknown } | undefined;
  return key === 'value' && typeof value === 'string' && typeof holder?.name === 'string' ? '(a literal)' : value;
}

const eventLines = lastOf((events: readonly InstanceEvent[], time: TimeStyle, now: number): readonly Line[] =>
  events.toReversed().map((event): Line => {
    const since = event.since === undefined ? '' : ` since ${clockTime(event.since)}`;
    const times: Line = event.count > 1 ? [[`  ×${event.count}${since}`, 'dim']] : [];
    const tone = event.kind === 'error' ? 'bad' : 'plain';
    const at = fit(timeLabel(event.at, now, time), 10);
    return [[at, 'dim'], [fit(clean(event.kind), 10), tone], clean(event.message), ...times];
  }),
);

const toolLines = lastOf((data: InstanceDetail): readonly Line[] => {
  const widest = Math.min(32, Math.max(0, ...data.tools.map(({ name }) => widthOf(clean(name)))) + 2);
  return data.tools.map((tool): Line => {
    const about = clean(tool.description ?? tool.title ?? '').split('\\n')[0] ?? '';
    return [fit(clean(tool.name), widest), [about, 'dim']];
  });
});
