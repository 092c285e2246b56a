/** The table of instances: which columns fit, and one row as text. */
import { append } from '../../../kernel/append.ts';
import type { EpochMs } from '../../../kernel/clock.ts';
import type { InstanceView } from '../../../engine/index.ts';
import { clean, cut, fit, widthOf } from '../../../text/clean.ts';
import { describeInstance, type InstanceWords } from '../../kit/describe.ts';
import { age, sparkline } from '../../../text/format.ts';
import { row, type Span } from '../../kit/theme.ts';
import type { Style } from '../../state/style.ts';

type ColumnId = 'VIA' | 'STATE' | 'HEALTH' | 'TOOLS' | 'RST' | 'AGE' | 'NEXT' | 'PROBES';

interface Column {
  readonly id: ColumnId;
  /** Columns with the gap behind it. */
  readonly width: number;
}

const columns: readonly Column[] = [
  { id: 'VIA', width: 5 },
  { id: 'STATE', width: 9 },
  { id: 'HEALTH', width: 10 },
  { id: 'TOOLS', width: 6 },
  { id: 'RST', width: 4 },
  { id: 'AGE', width: 6 },
  { id: 'NEXT', width: 7 },
  { id: 'PROBES', width: 10 },
];

/** What gives way first when the reason has no room. */
const dropped: readonly ColumnId[] = ['VIA', 'TOOLS', 'RST', 'PROBES', 'AGE'];
const leastReason = 28;
/** Below it even a name loses its end. */
const shortestReason = 10;
/** Marker, glyph and the gaps around them. */
const margin = 4;

export interface TableColumns {
  readonly name: number;
  readonly shown: readonly Column[];
  readonly reason: number;
}

/** `width` is the inside of the box; names take what they need, first from what the reason can spare. */
export function fitColumns(width: number, longestName: number): TableColumns {
  const base = width >= 118 ? 12 : 11;
  let shown: readonly Column[] = columns;
  const left = (): number => width - margin - base - shown.reduce((sum, column) => sum + column.width, 0);
  for (const id of dropped) {
    if (left() >= leastReason) break;
    shown = shown.filter((column) => column.id !== id);
  }
  const spare = Math.max(0, left() - (left() < leastReason ? shortestReason : leastReason));
  const name = base + Math.min(Math.max(0, longestName + 1 - base), spare, 24);
  return { name, shown, reason: Math.max(0, left() + base - name) };
}

export function longestName(instances: readonly InstanceView[]): number {
  return instances.reduce((longest, { name }) => Math.max(longest, widthOf(clean(name))), 0);
}

export function headingRow(style: Style, width: number, { name, shown, reason }: TableColumns): string {
  const heads = shown.map(({ id, width: cells }) => fit(id, cells)).join('');
  const last = reason >= 40 ? 'REASON → NEXT STEP' : 'REASON';
  return row(style, width, [[`${' '.repeat(margin)}${fit('NAME', name)}${heads}${last}`, 'dim']]);
}

export function instanceRow(
  style: Style,
  width: number,
  table: TableColumns,
  instance: InstanceView,
  now: EpochMs,
  selected: boolean,
): string {
  const words = describeInstance(instance, now);
  const spans: Span[] = [
    selected ? '▸ ' : '  ',
    [`${words.glyph} `, words.tone],
    fit(clean(instance.name), table.name - 1),
    ' ',
  ];
  for (const { id, width: cells } of table.shown) {
    const [text, tone] = cellOf(id, instance, words, now);
    spans.push([`${fit(text, cells - 1)} `, tone]);
  }
  append(spans, reasonSpans(words, table.reason));
  return row(style, width, spans, { selected });
}

function cellOf(
  id: ColumnId,
  instance: InstanceView,
  words: InstanceWords,
  now: EpochMs,
): readonly [string, Exclude<Span, string>[1]] {
  switch (id) {
    case 'VIA':
      return [instance.via, 'plain'];
    case 'STATE':
      return [words.state, words.tone];
    case 'HEALTH':
      return [words.health, words.health === '-' ? 'plain' : words.healthTone];
    case 'TOOLS':
      return [instance.tools === undefined ? '-' : String(instance.tools), 'plain'];
    case 'RST':
      return [String(instance.restarts), 'plain'];
    case 'AGE':
      return [age(now - (instance.phase === 'starting' ? instance.phaseSince : instance.createdAt)), 'plain'];
    case 'NEXT':
      return [words.next, instance.phase === 'error' ? 'strong' : 'plain'];
    case 'PROBES':
      return [sparkline(instance.probe?.samples ?? [], 8), 'accent'];
  }
}

/** The step is shown only whole; a reason may lose its end. */
function reasonSpans({ reason: whole, short, step, tone }: InstanceWords, width: number): Span[] {
  const reason = widthOf(whole) <= width ? whole : short;
  const reasonTone = tone === 'bad' || tone === 'warn' ? tone : 'plain';
  if (step === '') return [[reason, reasonTone]];
  const arrow = ` → ${step}`;
  const room = width - widthOf(arrow);
  if (widthOf(reason) > room && room < 24) return [[reason, reasonTone]];
  return [[cut(reason, room), reasonTone], arrow];
}
