/**
 * Keeps the colours of a log line, mapped to what the console's theme has; every other control sequence stays visible.
 * No background, no reverse, no blinking and nothing concealed: a line can neither look selected nor hide its letters. Pure.
 */
import { clean } from '../../../text/clean.ts';
import type { Tone } from '../theme.ts';
import type { ToneText } from './tone-text.ts';

interface Look {
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underlined: boolean;
  /** `31` to `36` and `91` to `96`; undefined for the terminal's own. */
  readonly colour: string | undefined;
}

const noLook: Look = { bold: false, dim: false, italic: false, underlined: false, colour: undefined };

// oxlint-disable-next-line no-control-regex -- ESC introduces what is looked for
const sgr = /\u001B\[([0-9;:]{0,64})m/g;

/** Takes the colours off a line, as patterns see it. */
export function withoutColours(text: string): string {
  return text.includes('\u001B') ? text.replace(sgr, '') : text;
}

export function coloured(text: string): ToneText {
  if (!text.includes('\u001B')) {
    const cleaned = clean(text);
    return { text: cleaned, parts: [{ end: cleaned.length, tone: 'plain' }] };
  }
  let shown = '';
  const parts: { end: number; tone: Tone }[] = [];
  let look = noLook;
  let from = 0;
  const add = (to: number): void => {
    if (to <= from) return;
    shown += clean(text.slice(from, to));
    parts.push({ end: shown.length, tone: toneOf(look) });
  };
  for (const { index, 0: sequence, 1: codes = '' } of text.matchAll(sgr)) {
    add(index);
    from = index + sequence.length;
    look = changed(look, codes);
  }
  add(text.length);
  return { text: shown, parts };
}

function toneOf({ bold, dim, italic, underlined, colour }: Look): Tone {
  const codes = [bold ? '1' : '', dim ? '2' : '', italic ? '3' : '', underlined ? '4' : '', colour ?? ''];
  const asked = codes.filter((code) => code !== '');
  return asked.length === 0 ? 'plain' : `sgr:${asked.join(';')}`;
}

function changed(before: Look, codes: string): Look {
  const numbers = codes.split(/[;:]/).map(Number);
  let look = before;
  for (let at = 0; at < numbers.length; at += 1) {
    const code = numbers[at] ?? 0;
    if (code === 38 || code === 48 || code === 58) {
      const isIndexed = numbers[at + 1] === 5;
      const rgb = isIndexed ? indexed(numbers[at + 2] ?? 0) : numbers.slice(at + 2, at + 5);
      if (code === 38) look = { ...look, ...nearest(rgb) };
      at += isIndexed ? 2 : 4;
      continue;
    }
    look = withCode(look, code);
  }
  return look;
}

function withCode(look: Look, code: number): Look {
  switch (code) {
    case 0:
      return noLook;
    case 1:
      return { ...look, bold: true };
    case 2:
      return { ...look, dim: true };
    case 3:
      return { ...look, italic: true };
    case 4:
      return { ...look, underlined: true };
    case 22:
      return { ...look, bold: false, dim: false };
    case 23:
      return { ...look, italic: false };
    case 24:
      return { ...look, underlined: false };
    case 39:
      return { ...look, colour: undefined };
    default:
      return { ...look, ...named(code) };
  }
}

/** Black and white are the terminal's own letters: on its ground one of them could not be read. */
function named(code: number): Partial<Look> {
  if (code === 30 || code === 37 || code === 97) return { colour: undefined };
  if (code === 90) return { colour: undefined, dim: true };
  return (code > 30 && code < 37) || (code > 90 && code < 97) ? { colour: String(code) } : {};
}

/** Red, green and blue of one of 256. */
function indexed(index: number): readonly number[] {
  if (index < 16) {
    const level = index < 8 ? 170 : 255;
    return [index & 1, index & 2, index & 4].map((bit) => (bit === 0 ? 0 : level));
  }
  if (index >= 232) return Array.from({ length: 3 }, () => 8 + (index - 232) * 10);
  const cube = index - 16;
  return [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((step) => (step === 0 ? 0 : 55 + step * 40));
}

const hues = ['31', '33', '32', '36', '34', '35'] as const;

/** The one of six colours with the nearest hue; greys are the terminal's own, dark ones dim. */
function nearest([red = 0, green = 0, blue = 0]: readonly number[]): Partial<Look> {
  const most = Math.max(red, green, blue);
  const least = Math.min(red, green, blue);
  const spread = most - least;
  if (spread < 48) return { colour: undefined, ...(most < 140 ? { dim: true } : {}) };
  const sixths =
    most === red ? (green - blue) / spread : most === green ? 2 + (blue - red) / spread : 4 + (red - green) / spread;
  return { colour: hues[(Math.round(sixths) + 6) % 6] };
}
