/** Says what a text is to the viewer: lines that can be found again, whatever is added at either end. */
import { cleanLines } from '../../../text/clean.ts';
import { lastOf } from '../../state/memo.ts';
import type { Line, Span } from '../theme.ts';
import type { ToneText } from './tone-text.ts';
import { toneText } from './tone-text.ts';

export interface PaintedLine {
  /** Stands before the text and is not scrolled sideways: a time, a name. */
  readonly lead: Line;
  readonly body: ToneText;
}

export interface ViewerText {
  readonly length: number;
  /** Grows with every change other than new lines at the end. */
  readonly generation: number;
  at(index: number): object | undefined;
  /** Of a line, also where that is gone: then of what stands in its place. */
  indexOf(line: object): number;
  /** What patterns see. */
  plain(line: object): string;
  paint(line: object): PaintedLine;
}

interface StillLine {
  readonly index: number;
  readonly spans: Line;
  body?: ToneText;
}

/** The lines of a foreign text, cleaned. */
export function plainLines(text: string): readonly Line[] {
  return cleanLines(text).map((line): Line => [line]);
}

const wordsOf = (span: Span): string => (typeof span === 'string' ? span : span[0]);

/** A text that does not grow. One that is made anew is read on at the same place. */
export const stillText: (lines: readonly Line[]) => ViewerText = lastOf((lines: readonly Line[]): ViewerText => {
  const all = lines.map((spans, index): StillLine => ({ index, spans }));
  const bodyOf = (line: StillLine): ToneText => (line.body ??= toneText(line.spans));
  return {
    length: all.length,
    generation: 0,
    at: (index) => all[index],
    indexOf: (line) => Math.min((line as StillLine).index, all.length - 1),
    plain: (line) => (line as StillLine).spans.map(wordsOf).join(''),
    paint: (line) => ({ lead: [], body: bodyOf(line as StillLine) }),
  };
});
