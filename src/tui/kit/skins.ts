/**
 * Holds the skins: what each tone is on the terminal. All use the terminal's own 16 colours, so that they fit its background;
 * state is always a glyph and a word too.
 */
import type { OwnTone, Skin } from '../state/style.ts';

/** SGR parameters; '' = as it is. */
export type Tones = Readonly<Record<OwnTone, string>>;

const standard: Tones = {
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

/** Nothing is faint, and what matters is bold too. */
const contrast: Tones = {
  ...standard,
  dim: '',
  ok: '1;32',
  warn: '1;33',
  bad: '1;31',
  busy: '1;36',
  accent: '1;36',
};

/** Attributes stay when colours are off. */
const mono: Tones = { ...standard, dim: '', ok: '', warn: '', bad: '1', busy: '', accent: '1' };

export const skins: Readonly<Record<Skin, Tones>> = { standard, contrast, mono };

/** What ends a code that a skin or a log has, and nothing else. */
export function closing(code: string): string {
  switch (code) {
    case '7':
      return '27';
    case '3':
    case '4':
      return `2${code}`;
    case '1':
    case '2':
      return '22';
    default:
      return code.startsWith('1;') ? '22;39' : '39';
  }
}
