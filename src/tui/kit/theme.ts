/** Composes one row of the screen of texts and tones. State is always glyph and word; colour only repeats it. */
import { cut, widthOf } from '../../text/clean.ts';
import type { Style } from '../state/style.ts';

type OwnTone = 'plain' | 'strong' | 'dim' | 'ok' | 'warn' | 'bad' | 'busy' | 'accent' | 'mark' | 'cursor';

/** As a log asked for it, made by `viewer/sgr.ts`: codes that change letters only, as `sgr:1;31`. */
export type ForeignTone = `sgr:${string}`;

export type Tone = OwnTone | ForeignTone;

/** SGR codes of the terminal's own 16 colours; attributes stay when colours are off. */
const colours: Readonly<Record<OwnTone, string>> = {
  plain: '',
  strong: '1',
  dim: '2',
  ok: '32',
  warn: '33',
  bad: '31',
  busy: '36',
  accent: '36',
  mark: '7',
  cursor: '7',
};
const colourless: Readonly<Record<OwnTone, string>> = {
  plain: '',
  strong: '1',
  dim: '',
  ok: '',
  warn: '',
  bad: '1',
  busy: '',
  accent: '1',
  mark: '7',
  cursor: '7',
};

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

/** Each code has its own end, so that a row needs no normalizing before it is drawn. */
function closing(code: string): string {
  if (code === '7') return '27';
  if (code === '3' || code === '4') return `2${code}`;
  return code === '1' || code === '2' ? '22' : '39';
}

function isForeign(tone: Tone): tone is ForeignTone {
  return tone.startsWith('sgr:');
}

/** Without colours the attributes stay. */
function foreign(style: Style, text: string, tone: ForeignTone): string {
  const codes = tone
    .slice(4)
    .split(';')
    .filter((code) => style.color || code.length === 1);
  return codes.reduce((inner, code) => `\u001B[${code}m${inner}\u001B[${closing(code)}m`, text);
}

/** Text in a tone, as SGR around it. */
export function toned(style: Style, text: string, tone: Tone): string {
  if (isForeign(tone)) return foreign(style, text, tone);
  const code = (style.color ? colours : colourless)[tone];
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

/** Colours are off with NO_COLOR or CLICOLOR=0, unless FORCE_COLOR asks for them. */
export function wantsColor(env: Readonly<Record<string, string | undefined>>): boolean {
  const force = env.FORCE_COLOR;
  if (force !== undefined) return force !== '0' && force !== 'false';
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  return env.CLICOLOR !== '0';
}
