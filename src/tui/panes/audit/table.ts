/** Shows an event as a row of the timeline. */
import { clean, fit } from '../../../text/clean.ts';
import { duration, timeLabel } from '../../../text/format.ts';
import { cell, type Table } from '../../kit/table.ts';
import type { HeldEvent } from '../../state/event-ring.ts';
import type { UiState } from '../../state/ui-store.ts';
import { actorWord, outcomeWords, targetWord } from './rows.ts';

export const auditTable: Table<HeldEvent, UiState> = {
  grows: 'TARGET',
  widths(width) {
    const narrow = width < 76;
    const fixed = { TIME: 10, ACTOR: narrow ? 12 : 16, KIND: narrow ? 17 : 20, RES: 7, DUR: width < 64 ? 0 : 7 };
    const used = 2 + fixed.TIME + fixed.ACTOR + fixed.KIND + fixed.RES + fixed.DUR;
    // Beside a detail the list is narrow: names give way before results do.
    const target = width - used;
    if (target >= 12) return { ...fixed, TARGET: target };
    const kind = Math.max(10, fixed.KIND - (12 - target));
    return { ...fixed, KIND: kind, TARGET: Math.max(4, width - used + fixed.KIND - kind) };
  },
  columns: [
    { title: 'TIME', cell: ({ at }, width, { now, time }) => [[fit(timeLabel(at, now, time), width), 'dim']] },
    { title: 'ACTOR', cell: (event, width) => cell(actorWord(event), width) },
    { title: 'KIND', cell: ({ kind }, width) => cell(clean(kind), width) },
    { title: 'TARGET', cell: (event, width) => cell(targetWord(event), width) },
    {
      title: 'RES',
      cell({ outcome }, width) {
        const [word, tone] = outcomeWords[outcome];
        return [[fit(word, width), tone]];
      },
    },
    {
      title: 'DUR',
      cell: ({ durationMs }, width) => [durationMs === undefined ? '' : fit(duration(durationMs), width)],
    },
  ],
};
