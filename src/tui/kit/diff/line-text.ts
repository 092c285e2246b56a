/** Makes cleaned text with tones of one line of a diff. Pure; kept per line. */
import type { DiffLine, DiffPart } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import type { Tone } from '../theme.ts';
import type { ToneText } from '../viewer/tone-text.ts';

const kept = { colored: new WeakMap<DiffLine, ToneText>(), plain: new WeakMap<DiffLine, ToneText>() };
const signs = { same: '', add: '+', del: '-' } as const;
const lineTones = { same: 'plain', add: 'ok', del: 'bad' } as const;

/** Without colour changed words stand in `[-…-]` and `{+…+}`. A line that is new or gone as a whole needs no marks. */
export function lineText(line: DiffLine, color: boolean): ToneText {
  const cache = color ? kept.colored : kept.plain;
  let found = cache.get(line);
  if (found === undefined) {
    found = compose(line, color);
    cache.set(line, found);
  }
  return found;
}

/** Changed words with only spaces between them are one change. */
function joined(parts: readonly DiffPart[]): readonly DiffPart[] {
  const found: DiffPart[] = [];
  for (const [index, part] of parts.entries()) {
    const before = found.at(-1);
    const isGap =
      !part.changed && part.text.trim() === '' && before?.changed === true && parts[index + 1]?.changed === true;
    const changed = part.changed || isGap;
    if (before?.changed === changed) found.splice(-1, 1, { text: before.text + part.text, changed });
    else found.push({ text: part.text, changed });
  }
  return found;
}

function compose({ kind, parts: all }: DiffLine, color: boolean): ToneText {
  const parts = joined(all);
  const marked = kind !== 'same' && parts.some(({ changed }) => !changed);
  const sign = signs[kind];
  const [open, close] = kind === 'del' ? ['[', ']'] : ['{', '}'];
  let text = '';
  const ends: { end: number; tone: Tone }[] = [];
  for (const { text: raw, changed } of parts) {
    const isMarked = marked && changed;
    const shown = clean(raw);
    text += isMarked && !color ? `${open}${sign}${shown}${sign}${close}` : shown;
    const tone = isMarked ? (color ? 'mark' : 'strong') : color ? lineTones[kind] : 'plain';
    ends.push({ end: text.length, tone });
  }
  return { text, parts: ends };
}
