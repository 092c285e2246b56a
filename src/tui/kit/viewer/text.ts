/** Says what a text is to the viewer: lines that can be found again, whatever is added at either end. */
import { cleanLines } from '../../../text/clean.ts';
import { lastOf } from '../../state/memo.ts';
import type { Line, Span } from '../theme.ts';
import type { ToneText } from './tone-text.ts';
import { toneText } from './tone-text.ts';

export interface PaintedSide {
  /** Stands before the text and is not scrolled sideways: a time, a name, a number. */
  readonly lead: Line;
  /** Stands there in the further rows of a wrapped line, as wide as the lead; default: spaces. */
  readonly leadBelow?: Line;
  readonly body: ToneText;
}

export interface PaintedLine extends PaintedSide {
  /** Stands in the other half of the screen. */
  readonly beside?: PaintedSide;
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
  /** In a diff the lines where its changes begin, in order. */
  readonly changes?: readonly object[];
}

/** A line and what stands before it. */
export interface LedLine {
  readonly lead: Line;
  readonly spans: Line;
}

interface StillLine extends LedLine {
  readonly index: number;
  body?: ToneText;
}

/** The lines of a foreign text, cleaned. */
export function plainLines(text: string): readonly Line[] {
  return cleanLines(text).map((line): Line => [line]);
}

const wordsOf = (span: Span): string => (typeof span === 'string' ? span : span[0]);

/** A text that does not grow. One that is made anew is read on at the same place. */
export const stillText: (lines: readonly Line[]) => ViewerText = lastOf((lines: readonly Line[]): ViewerText =>
  ledText(lines.map((spans): LedLine => ({ lead: [], spans }))),
);

/** The same with something before each line, which patterns see, too. */
export function ledText(lines: readonly LedLine[]): ViewerText {
  const all = lines.map(({ lead, spans }, index): StillLine => ({ index, lead, spans }));
  const bodyOf = (line: StillLine): ToneText => (line.body ??= toneText(line.spans));
  return {
    length: all.length,
    generation: 0,
    at: (index) => all[index],
    indexOf: (line) => Math.min((line as StillLine).index, all.length - 1),
    plain(line) {
      const { lead, spans } = line as StillLine;
      return [...lead, ...spans].map(wordsOf).join('');
    },
    paint: (line) => ({ lead: (line as StillLine).lead, body: bodyOf(line as StillLine) }),
  };
}
