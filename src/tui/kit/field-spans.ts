/** Paints a text field with its insertion point in view. */
import { charactersOf, clean, take, widthOf } from '../../text/clean.ts';
import type { Field } from '../state/field.ts';
import type { Span } from './theme.ts';

/** The part of a field that fits into `width` columns; `▏` marks where the next letter goes. */
export function fieldSpans(field: Field, width: number): readonly Span[] {
  let before = clean(field.text.slice(0, field.cursor));
  while (widthOf(before) > width - 2 && before !== '') before = before.slice(charactersOf(before)[0]?.length ?? 1);
  const after = take(clean(field.text.slice(field.cursor)), Math.max(0, width - 1 - widthOf(before)));
  return [before, ['▏', 'accent'], after];
}
