/** Holds a field of a form that was made of a JSON Schema. */
import type { Json } from '../../kernel/json.ts';

export type Schema = Readonly<Record<string, unknown>>;

export type FieldKind = 'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'const' | 'json';

export interface Choice {
  readonly label: string;
  readonly value: Json;
}

export interface FormField {
  readonly name: string;
  readonly kind: FieldKind;
  readonly required: boolean;
  readonly schema: Schema;
  /** `string`, `array of integer`. */
  readonly type: string;
  /** What limits it, for people. */
  readonly facts: readonly string[];
  readonly description: string;
  /** Of a choice, a boolean, a constant. */
  readonly choices: readonly Choice[];
  /** The default as it is typed; "" = none. */
  readonly initial: string;
  /** It looks like a secret: not shown while it is typed. */
  readonly secret: boolean;
}
