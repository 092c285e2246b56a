/** Shows an event as a row of the timeline. */
import { clean, fit, widthOf } from '../../../text/clean.ts';
import { count, duration, timeLabel } from '../../../text/format.ts';
import { cell, type Table } from '../../kit/table.ts';
import type { HeldEvent } from '../../state/event-ring.ts';
import type { UiState } from '../../state/ui-store.ts';
import { actorWord, messageWord, outcomeWords, targetWord } from './rows.ts';

/** Columns change in steps, so that rows that come in do not move the others. */
const step = 4;
const leastMessage = 16;

/** What the longest of these texts needs, in bounds. */
function roomFor(texts: readonly string[], least: number, most: number): number {
  const longest = texts.reduce((columns, text) => Math.max(columns, widthOf(text)), 0) + 1;
  return Math.min(most, Math.max(least, Math.ceil(longest / step) * step));
}

/** Among the events of one session the session itself is not named. */
function targetIn(event: HeldEvent, { audit }: UiState): string {
  const { session } = audit.list;
  return session !== undefined && event.target === `session/${session}` ? '' : targetWord(event);
}

export const auditTable: Table<HeldEvent, UiState> = {
  grows: 'MESSAGE',
  widths(width, rows, state) {
    const isNarrow = width < 76;
    const fixed = { TIME: 10, RES: 7, DUR: width < 90 ? 0 : 7 };
    // Of one session the actor is nearly always the same.
    const isOfOne = state.audit.list.session !== undefined;
    const actor = isOfOne ? 0 : roomFor(rows.map(actorWord), isNarrow ? 8 : 12, isNarrow ? 12 : 24);
    const kind = roomFor(
      rows.map((event) => clean(event.kind)),
      12,
      isNarrow ? 17 : 24,
    );
    const left = width - 2 - fixed.TIME - fixed.RES - fixed.DUR - actor - kind;
    const target = roomFor(
      rows.map((event) => targetIn(event, state)),
      12,
      Math.max(12, width < 90 ? left : Math.min(48, left - leastMessage)),
    );
    const message = left - target;
    if (message >= leastMessage) return { ...fixed, ACTOR: actor, KIND: kind, TARGET: target, MESSAGE: message };
    // Names give way before results do.
    const short = Math.max(0, 12 - left);
    return { ...fixed, ACTOR: actor, KIND: Math.max(10, kind - short), TARGET: Math.max(4, left + short), MESSAGE: 0 };
  },
  columns: [
    { title: 'TIME', cell: ({ at }, width, { now, time }) => [[fit(timeLabel(at, now, time), width), 'dim']] },
    { title: 'ACTOR', cell: (event, width) => cell(actorWord(event), width) },
    { title: 'KIND', cell: ({ kind }, width) => cell(clean(kind), width) },
    {
      title: 'TARGET',
      cell(event, width, state, { MESSAGE = 0 }) {
        const target = targetIn(event, state);
        return cell(MESSAGE > 0 || target !== '' ? target : messageWord(event), width);
      },
    },
    {
      title: 'RES',
      cell({ outcome }, width) {
        const [word, tone] = outcomeWords[outcome];
        return [[fit(word, width), tone]];
      },
    },
    {
      title: 'DUR',
      cell: ({ durationMs }, width) => [
        durationMs === undefined ? ' '.repeat(width) : fit(duration(durationMs), width),
      ],
    },
    {
      title: 'MESSAGE',
      cell(event, width, { audit }) {
        const repeats = audit.list.repeatsOf(event.n);
        if (repeats === undefined) return cell(messageWord(event), width);
        const often = `×${count(repeats.count)} `;
        return [[often, 'strong'], ...cell(messageWord(event), Math.max(1, width - widthOf(often)))];
      },
    },
  ],
};
