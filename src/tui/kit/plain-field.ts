/** Makes the fields of forms that are about one thing: text, yes or no, a choice. Pure. */
import type { FieldKind, FormField } from '../state/form-field.ts';

/** `type`: what stands behind its name, such as `words`. */
export const plainField = (name: string, kind: FieldKind, type: string, description: string): FormField => ({
  name,
  kind,
  required: false,
  schema: {},
  type,
  facts: [],
  description,
  choices: kind === 'boolean' ? [false, true].map((value) => ({ label: String(value), value })) : [],
  initial: '',
  secret: false,
});
/** The same, which has to be filled in. */
export const requiredField = (one: FormField): FormField => ({ ...one, required: true });
/** One of some values. */
export const choiceField = (name: string, values: readonly string[], description: string): FormField => ({
  ...plainField(name, 'choice', 'choice', description),
  choices: values.map((value) => ({ label: value, value })),
});
