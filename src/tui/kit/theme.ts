/** Composes one row of the screen of texts and tones. State is always glyph and word; colour only repeats it. */
import { cut, widthOf } from '../../text/clean.ts';
import type { OwnTone, Style } from '../state/style.ts';
import { closing, skins } from './skins.ts';

/** As a log asked for it, made by `viewer/sgr.ts`: codes that change letters only, as `sgr:1;31`. */
export type ForeignTone = `sgr:${string}`;

export type Tone = OwnTone | ForeignTone;

export const glyphs = {
  ok: '●',
  busy: '◐',
  warn: '▲',
  bad: '✗',
  off: '○',
} as const;

/** A piece of a row: cleaned text, and its tone. */
export type Span = string | readonly [text: string, tone: Tone];

/** Pieces that make one row. */
export type Line = readonly Span[];

export interface RowOptions {
  /** Reverse video over the whole row, without inner colours. */
  readonly selected?: boolean;
}

function isForeign(tone: Tone): tone is ForeignTone {
  return tone.startsWith('sgr:');
}

/** Without colours the attributes stay. */
function foreign(style: Style, text: string, tone: ForeignTone): string {
  const codes = tone
    .slice(4)
    .split(';')
    .filter((code) => style.skin !== 'mono' || code.length === 1);
  return codes.reduce((inner, code) => `\u001B[${code}m${inner}\u001B[${closing(code)}m`, text);
}

/** Text in a tone, as SGR around it. */
export function toned(style: Style, text: string, tone: Tone): string {
  if (isForeign(tone)) return foreign(style, text, tone);
  const code = skins[style.skin][tone];
  return code === '' || text === '' ? text : `\u001B[${code}m${text}\u001B[${closing(code)}m`;
}

/** One row of exactly `width` columns from spans; what does not fit is cut with `…`. */
export function row(style: Style, width: number, spans: readonly Span[], options: RowOptions = {}): string {
  let left = width;
  let text = '';
  for (const span of spans) {
    if (left <= 0) break;
    const [whole, tone] = typeof span === 'string' ? ([span, 'plain'] as const) : span;
    const shown = cut(whole, left);
    left -= widthOf(shown);
    text += options.selected === true ? shown : toned(style, shown, tone);
  }
  text += ' '.repeat(Math.max(0, left));
  return options.selected === true ? `\u001B[7m${text}\u001B[27m` : text;
}

/** Spans at the left, others at the right end; the left gives way. */
export function spread(style: Style, width: number, left: readonly Span[], right: readonly Span[]): string {
  const rightWidth = Math.min(width, spansWidth(right));
  return row(style, width - rightWidth, left) + row(style, rightWidth, right);
}

export function spansWidth(spans: readonly Span[]): number {
  let width = 0;
  for (const span of spans) width += widthOf(typeof span === 'string' ? span : span[0]);
  return width;
}

// oxlint-disable-next-line no-control-regex -- these are the SGR codes that `toned` writes
const sgr = /\u001B\[[0-9;]*m/g;

/** The same row without any styling; for dimming and for tests. */
export function plain(text: string): string {
  return text.replace(sgr, '');
}
