/** Shows one audit event in full, with its cause and its effects. */
import { pagesLine } from '../../../text/page-words.ts';
import { sizesLine } from '../../../text/call-sizes.ts';
import type { HeldEvent } from '../../state/event-ring.ts';
import { clean, cleanLines, wrap } from '../../../text/clean.ts';
import { clockTime, count, duration } from '../../../text/format.ts';
import { layoutOf } from '../../kit/layout.ts';
import type { Line } from '../../kit/theme.ts';
import type { UiState } from '../../state/ui-store.ts';
import { shownText, type ShownText } from '../../kit/viewer/reading.ts';
import { stillText } from '../../kit/viewer/text.ts';
import { eventJson } from './event-json.ts';
import { effectsOf, outcomeWords, selectedEvent } from './rows.ts';

export interface EventLines {
  readonly event: HeldEvent | undefined;
  readonly lines: readonly Line[];
  readonly page: number;
  readonly width: number;
}

/** The detail as a text; undefined in a peek. */
export function eventText(state: UiState): ShownText | undefined {
  const { event, lines, page, width } = auditDetailLines(state);
  if (event === undefined || page <= 3) return undefined;
  return shownText(state, 'audit', {
    of: `event ${event.n}`,
    text: stillText(lines),
    width,
    rows: page,
    name: `event-${event.n}.json`,
    whole: () => `${JSON.stringify(JSON.parse(eventJson(event)), null, 2)}\n`,
  });
}

let last: { readonly key: readonly unknown[]; readonly lines: EventLines } | undefined;

export function auditDetailLines(state: UiState): EventLines {
  const event = selectedEvent(state);
  const { detail, columns, beside } = layoutOf(state);
  const width = (beside === 0 ? columns : beside) - 4;
  const effects = event === undefined ? [] : effectsOf(state.audit.list.ring, event.n);
  const repeats = event === undefined ? undefined : state.audit.list.repeatsOf(event.n);
  const key = [event, effects.length, width, detail, state.view?.audit.chain, repeats];
  if (last !== undefined && key.every((part, index) => part === last?.key[index])) return last.lines;
  const lines = event === undefined ? [] : linesOf(state, event, effects, width, detail <= 3);
  const result = { event, lines, page: Math.max(1, detail), width };
  last = { key, lines: result };
  return result;
}

function linesOf(state: UiState, event: HeldEvent, effects: readonly number[], width: number, peek: boolean): Line[] {
  const [word, tone] = outcomeWords[event.outcome];
  const took = event.durationMs === undefined ? '' : `   ${duration(event.durationMs)}`;
  const repeats = state.audit.list.repeatsOf(event.n);
  const often = repeats === undefined ? '' : `   ×${count(repeats.count)}, last ${clockTime(repeats.lastAt)}`;
  const title: Line = [
    [`#${event.n} ${clean(event.kind)}`, 'strong'],
    '   ',
    [word, tone],
    took,
    often,
    `   chain ${state.view?.audit.chain === 'broken' ? '✗ broken' : '✓'}`,
  ];
  const message = event.message === undefined ? [] : wrap(clean(event.message), width);
  if (peek) {
    return [
      title,
      [`${clean(event.actor)} → ${clean(event.target ?? '-')}   ${message[0] ?? ''}`],
      links(state, event, effects),
    ];
  }
  const at = new Date(event.at).toISOString().replace('T', ' ');
  const fields: Line[] = [
    [['time    ', 'dim'], at],
    [['actor   ', 'dim'], clean(event.actor)],
    ...(event.target === undefined ? [] : [[['target  ', 'dim'] as const, clean(event.target)]]),
    ...(event.session === undefined ? [] : [[['session ', 'dim'] as const, clean(event.session)]]),
  ];
  const data: unknown = event.detailJson === undefined ? undefined : JSON.parse(event.detailJson);
  const detail = data === undefined ? [] : cleanLines(JSON.stringify(data, null, 2));
  const sizes = sizesLine(data);
  const said = pagesLine(data);
  const pages = said === undefined ? [] : wrap(clean(said), width - 8).map(fieldLine('pages   '));
  return [
    title,
    [],
    ...fields,
    ...(sizes === undefined ? [] : [[['sizes   ', 'dim'] as const, sizes]]),
    ...pages,
    ...(message.length === 0 ? [] : [[], ...message.map((text): Line => [text])]),
    ...(detail.length === 0
      ? []
      : [[], ...detail.flatMap((text) => wrapIndented(text, width)).map((text): Line => [text])]),
    [],
    links(state, event, effects),
  ];
}

/** The first of some lines has the name of what they tell. */
function fieldLine(name: string): (text: string, at: number) => Line {
  return (text, at) => [[at === 0 ? name : ' '.repeat(name.length), 'dim'], text];
}

/** Wraps a line of JSON without losing its indent. */
function wrapIndented(text: string, width: number): string[] {
  const indent = /^ */.exec(text)?.[0] ?? '';
  return wrap(text.slice(indent.length), Math.max(8, width - indent.length)).map((line) => indent + line);
}

function links(state: UiState, event: HeldEvent, effects: readonly number[]): Line {
  const cause = event.cause === undefined ? undefined : state.audit.list.ring.get(event.cause);
  const causeText =
    event.cause === undefined
      ? '↑ no cause'
      : `↑ K enter cause #${event.cause}${cause === undefined ? '' : ` ${clean(cause.kind)}`}`;
  const first = effects[0];
  const effectText = `↓ ${first === undefined ? 'effects 0' : `J effects ${count(effects.length)} from #${first}`}`;
  return [
    [causeText, event.cause === undefined ? 'dim' : 'plain'],
    '   ',
    [effectText, first === undefined ? 'dim' : 'plain'],
  ];
}
