/** Finds a text in lines: which lines have it, and where it stands out. Pure. */
import { escapeRegExp } from '../../kernel/escape-reg-exp.ts';
import { lastOf } from '../state/memo.ts';
import type { Span, Line } from './theme.ts';
import type { Ui } from './ui.ts';

/** Of a text that has the focus. */
export interface Finder {
  /** What is looked for; empty for nothing. */
  readonly text: string;
  /** Looks for another text, from the line on top of the screen. */
  set(ui: Ui, text: string): void;
}

const textOf = (span: Span): string => (typeof span === 'string' ? span : span[0]);
const wholeOf = (line: Line): string => line.map(textOf).join('');

/** Any case, unless the operator types capitals. */
function patternOf(text: string): RegExp {
  return new RegExp(escapeRegExp(text), /\p{Lu}/u.test(text) ? 'g' : 'gi');
}

/** Numbers of the lines with `text`, in order; found once for a text and its lines. */
export const linesWith: (lines: readonly Line[], text: string) => readonly number[] = lastOf(
  (lines: readonly Line[], text: string): readonly number[] => {
    if (text === '') return [];
    const pattern = patternOf(text);
    return lines.flatMap((line, index) => (wholeOf(line).search(pattern) === -1 ? [] : [index]));
  },
);

/** The first of `found` at or after `from`, else the first of all; with `way` -1 the last one at or before it, else the last. */
export function nextOf(found: readonly number[], from: number, way: 1 | -1 = 1): number | undefined {
  if (way === 1) return found.find((line) => line >= from) ?? found[0];
  return found.findLast((line) => line <= from) ?? found.at(-1);
}

/** The line with what is looked for standing out, also where it spans pieces of different tones. */
export function withFound(line: Line, text: string, isCurrent: boolean): Line {
  if (text === '') return line;
  const ranges = [...wholeOf(line).matchAll(patternOf(text))].map(
    ({ index, 0: found }) => [index, index + found.length] as const,
  );
  if (ranges.length === 0) return line;
  let at = 0;
  return line.flatMap((span): Span[] => {
    const whole = textOf(span);
    const start = at;
    at += whole.length;
    const cuts = ranges.flatMap((range) => range.map((edge) => edge - start)).filter((edge) => edge > 0);
    const edges = [0, ...cuts.filter((edge) => edge < whole.length), whole.length];
    return edges.slice(1).map((to, index): Span => {
      const from = edges[index] ?? 0;
      const piece = whole.slice(from, to);
      const isFound = ranges.some(([first, end]) => start + from >= first && start + from < end);
      if (isFound) return [piece, isCurrent ? 'mark' : 'accent'];
      return typeof span === 'string' ? piece : [piece, span[1]];
    });
  });
}
