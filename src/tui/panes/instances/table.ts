/** Shows an instance as a row of the table. */
import type { EpochMs } from '../../../kernel/clock.ts';
import type { InstanceView } from '../../../engine/index.ts';
import { clean, cut, cutMiddle, widthOf } from '../../../text/clean.ts';
import { describeInstance, describeLastKnown, type InstanceWords } from '../../kit/describe.ts';
import { age, sparkline } from '../../../text/format.ts';
import type { Span, Line, Tone } from '../../kit/theme.ts';
import { cell, type Column, type Table, type Widths } from '../../kit/table.ts';
import { lastOf } from '../../state/memo.ts';

const fixed = { VIA: 5, STATE: 9, HEALTH: 10, TOOLS: 6, RST: 4, AGE: 6, NEXT: 7, PROBES: 10 } as const;
type Fixed = keyof typeof fixed;

/** What gives way first when the reason has no room. */
const dropped: readonly Fixed[] = ['TOOLS', 'RST', 'PROBES', 'VIA', 'AGE'];
/** The reason is what the list is for: all else but the age gives way to so much of it, and the age to less. */
const leastReason = 44;
const leastBesideAge = 28;
/** Below it even a name loses its end. */
const shortestReason = 10;
/** A reason is cut to no less for the sake of a step; one that is cut anyway to no less for that of a key. */
const leastBeforeStep = 24;
const leastBeforeKey = 20;
/** Marker, glyph and the gaps around them. */
const margin = 4;

export interface InstanceContext {
  /** While the engine is away: when it was last heard of. */
  readonly now: EpochMs;
  readonly isAway: boolean;
  /** Columns of the longest name that is listed. */
  readonly longestName: number;
  readonly marked: ReadonlySet<string>;
  /** Of a row that stands for all instances of its server: these. */
  readonly foldedWith: (instance: InstanceView) => readonly InstanceView[];
  /** All columns stay as long as anything of the reason does. */
  readonly isWide: boolean;
}

/** `width` is the inside of the box; names take what they need, first from what the reason can spare. */
function widths(width: number, { longestName: longest, isWide }: InstanceContext): Widths {
  const base = width >= 118 ? 12 : 11;
  const shown = new Map<string, number>(Object.entries(fixed));
  const left = (): number => width - margin - base - [...shown.values()].reduce((sum, cells) => sum + cells, 0);
  for (const id of dropped) {
    const wanted = isWide ? 0 : id === 'AGE' ? leastBesideAge : leastReason;
    if (left() >= wanted) break;
    shown.delete(id);
  }
  const kept = [leastReason, leastBesideAge].find((least) => left() >= least) ?? shortestReason;
  const spare = Math.max(0, left() - kept);
  const name = base + Math.min(Math.max(0, longest + 1 - base), spare, 24);
  return { ...Object.fromEntries(shown), NAME: name, REASON: Math.max(0, left() + base - name) };
}

/** `fs ×3` for all of a server; of a long name the middle goes, so that what tells replicas apart stays. */
function nameOf({ name, server }: InstanceView, count: number, width: number): string {
  return count > 1 ? `${cutMiddle(clean(server), width - 4)} ×${count}` : cutMiddle(clean(name), width);
}

export function longestName(instances: readonly InstanceView[]): number {
  return instances.reduce((longest, { name }) => Math.max(longest, widthOf(clean(name))), 0);
}

/** The cells of a row ask for the same words one after the other. */
const wordsOf = lastOf((instance: InstanceView, now: EpochMs, isAway: boolean) =>
  isAway ? describeLastKnown(instance, now) : describeInstance(instance, now),
);

const plain = (title: Fixed, text: (instance: InstanceView, now: EpochMs) => string): InstanceColumn => ({
  title,
  cell: (instance, width, { now }) => cell(text(instance, now), width),
});

const worded = (title: Fixed, text: (words: InstanceWords, instance: InstanceView) => readonly [string, Tone]) => ({
  title,
  cell(instance: InstanceView, width: number, { now, isAway }: InstanceContext): Line {
    const [shown, tone] = text(wordsOf(instance, now, isAway), instance);
    return cell(shown, width, tone);
  },
});

type InstanceColumn = Column<InstanceView, InstanceContext>;

export const instanceTable: Table<InstanceView, InstanceContext> = {
  grows: 'REASON',
  margin,
  widths: (width, _rows, context) => widths(width, context),
  marker(instance, selected, { now, isAway, marked, foldedWith }) {
    const { glyph, tone } = wordsOf(instance, now, isAway);
    const isMarked = marked.size > 0 && foldedWith(instance).every(({ id }) => marked.has(id));
    return [selected ? '▸' : ' ', [isMarked ? '+' : ' ', 'accent'], [`${glyph} `, tone]];
  },
  columns: [
    {
      title: 'NAME',
      cell: (instance, width, { foldedWith }) => cell(nameOf(instance, foldedWith(instance).length, width - 1), width),
    },
    plain('VIA', ({ via }) => via),
    worded('STATE', ({ state, tone }) => [state, tone]),
    worded('HEALTH', ({ health, healthTone }) => [health, health === '-' ? 'plain' : healthTone]),
    plain('TOOLS', ({ tools }) => (tools === undefined ? '-' : String(tools))),
    plain('RST', ({ restarts }) => String(restarts)),
    plain('AGE', ({ phase, phaseSince, createdAt }, now) => age(now - (phase === 'starting' ? phaseSince : createdAt))),
    worded('NEXT', ({ next }, { phase }) => [next, next === '?' ? 'dim' : phase === 'error' ? 'strong' : 'plain']),
    {
      title: 'PROBES',
      cell: ({ probe }, width) => cell(sparkline(probe?.samples ?? [], 8), width, 'accent'),
    },
    {
      title: 'REASON',
      head: (width) => (width >= 40 ? 'REASON → NEXT STEP' : 'REASON'),
      cell: (instance, width, { now, isAway }) => reasonSpans(wordsOf(instance, now, isAway), width),
    },
  ],
};

/** The step is shown only whole, or in its place the key that helps; a reason may lose its end. */
function reasonSpans({ reason: whole, short, step, key, tone }: InstanceWords, width: number): Span[] {
  const reason = widthOf(whole) <= width ? whole : short;
  const reasonTone = tone === 'bad' || tone === 'warn' || tone === 'dim' ? tone : 'plain';
  for (const [next, least] of [
    [step, leastBeforeStep],
    [key, widthOf(reason) <= width ? leastBeforeStep : leastBeforeKey],
  ] as const) {
    const arrow = ` → ${next}`;
    const room = width - widthOf(arrow);
    if (next === '' || (widthOf(reason) > room && room < least)) continue;
    return [[cut(reason, room), reasonTone], arrow];
  }
  return [[reason, reasonTone]];
}
