/** Holds a line of text that is being typed. */

export interface Field {
  readonly text: string;
  /** Insertion point in code units, always at a boundary of characters. */
  readonly cursor: number;
}

export const emptyField: Field = { text: '', cursor: 0 };

export function fieldOf(text: string): Field {
  return { text, cursor: text.length };
}
