/** Chooses the lines of a text that are shown, and those with what is looked for; what is added at its end costs itself. */
import { append } from '../../../kernel/append.ts';
import type { ViewerState } from '../../state/viewer.ts';
import { withinBudget } from '../../state/budget.ts';
import { hasIt, parsePattern, type Pattern } from './pattern.ts';
import type { ViewerText } from './text.ts';

export interface ShownLines {
  readonly length: number;
  at(index: number): object | undefined;
  /** Of a shown line; of one that is not, of the next shown one. */
  indexOf(line: object): number;
  /** In order; undefined while nothing is looked for. */
  readonly found: readonly object[] | undefined;
  /** Place among the found ones of the first one at or behind a line. */
  foundFrom(line: object): number;
  /** Why a pattern does nothing. */
  readonly problem: string | undefined;
}

type Patterns = Pick<ViewerState, 'keep' | 'hide' | 'find'>;

interface Index {
  readonly key: string;
  readonly generation: number;
  /** Lines of the text that have been looked at. */
  scanned: number;
  /** Undefined: all are shown. */
  readonly kept: object[] | undefined;
  readonly found: object[] | undefined;
  problem: string | undefined;
}

const noPatterns = JSON.stringify(['', '', '']);
const indexes = new WeakMap<ViewerText, Index>();
const isTooSlow = 'this regular expression takes too long: make it simpler';

export function shownLines(text: ViewerText, patterns: Patterns): ShownLines {
  const { keep, hide, find } = patterns;
  const key = JSON.stringify([keep, hide, find]);
  const known = indexes.get(text);
  let index = known?.key === key && known.generation === text.generation ? known : undefined;
  if (index === undefined) {
    const isNarrowed = keep !== '' || hide !== '';
    const { generation } = text;
    const kept = isNarrowed ? [] : undefined;
    index = { key, generation, scanned: 0, kept, found: find === '' ? undefined : [], problem: undefined };
    indexes.set(text, index);
  }
  // Without patterns no line has to be made into words.
  if (key !== noPatterns && index.scanned < text.length) scan(text, patterns, index);
  return linesOf(text, index);
}

function linesOf(text: ViewerText, { kept, found, problem }: Index): ShownLines {
  const ends = { found, problem, foundFrom: (line: object) => placeIn(text, found ?? [], line) };
  if (kept === undefined) {
    return { ...ends, length: text.length, at: (index) => text.at(index), indexOf: (line) => text.indexOf(line) };
  }
  return {
    ...ends,
    length: kept.length,
    at: (index) => kept[index],
    indexOf: (line) => Math.max(0, Math.min(kept.length - 1, placeIn(text, kept, line))),
  };
}

/** Of the first one at or behind a line; their number when there is none. */
function placeIn(text: ViewerText, lines: readonly object[], line: object): number {
  const wanted = text.indexOf(line);
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = lines[middle];
    if (one !== undefined && text.indexOf(one) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function scan(text: ViewerText, { keep, hide, find }: Patterns, index: Index): void {
  const [kept, hidden, found] = [keep, hide, find].map(parsePattern);
  const problem = [kept, hidden, found].find((one): one is string => typeof one === 'string');
  const tests = [kept, hidden, found].map((one) => (typeof one === 'object' ? one : undefined));
  const work = (): void => scanWith(text, tests, index);
  const isOpen = tests.some((one) => one?.isOpen === true);
  const isDone = !isOpen || withinBudget(work);
  if (!isOpen) work();
  index.scanned = text.length;
  index.problem = problem ?? (isDone ? undefined : isTooSlow);
}

function scanWith(text: ViewerText, [keep, hide, find]: readonly (Pattern | undefined)[], index: Index): void {
  const isKept = (plain: string): boolean =>
    (keep === undefined || hasIt(keep, plain)) && (hide === undefined || !hasIt(hide, plain));
  const kept: object[] = [];
  const found: object[] = [];
  for (let at = index.scanned; at < text.length; at += 1) {
    const line = text.at(at);
    if (line === undefined) continue;
    const plain = text.plain(line);
    if (index.kept !== undefined && !isKept(plain)) continue;
    kept.push(line);
    if (find !== undefined && hasIt(find, plain)) found.push(line);
  }
  if (index.kept !== undefined) append(index.kept, kept);
  if (index.found !== undefined) append(index.found, found);
}
