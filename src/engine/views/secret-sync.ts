/** Keeps the view's secrets as they are: compares the rows of now with those that were shown last. */
import type { SecretView } from '../secrets/secret-view.ts';
import type { ViewPatch } from './view.ts';

export class SecretSync {
  readonly #rows: () => readonly SecretView[];
  /** Id → the row as JSON. */
  #shown: ReadonlyMap<string, string> = new Map();

  constructor(rows: () => readonly SecretView[]) {
    this.#rows = rows;
  }

  /** All of them, for a new view. */
  first(): ReadonlyMap<string, SecretView> {
    const rows = this.#rows();
    this.#shown = new Map(rows.map((row) => [row.id, JSON.stringify(row)]));
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** What differs from what was shown last, which it counts as shown now. */
  changes(): readonly ViewPatch[] {
    const before = this.#shown;
    const rows = this.#rows().map((value) => ({ value, text: JSON.stringify(value) }));
    this.#shown = new Map(rows.map(({ value, text }) => [value.id, text]));
    const gone = [...before.keys()].filter((id) => !this.#shown.has(id));
    const changed = rows.filter(({ value, text }) => before.get(value.id) !== text);
    return [
      ...changed.map(({ value }): ViewPatch => ({ op: 'put', kind: 'secrets', value })),
      ...gone.map((id): ViewPatch => ({ op: 'delete', kind: 'secrets', id })),
    ];
  }
}
