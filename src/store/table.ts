/**
 * Holds the rows of one collection: what readers see (durable), and what the next transaction sees (also what still
 * waits).
 */
import { deepFreeze } from './freeze.ts';
import type { CollectionReader, Versioned } from './types.ts';

export type Row = Versioned<{ readonly id: string }>;
/** Rows by id as a transaction leaves them; undefined = deleted. */
export type RowChanges = ReadonlyMap<string, Row | undefined>;

export class Table implements CollectionReader<{ readonly id: string }> {
  #durable: Map<string, Row>;
  #staged: Map<string, Row>;
  #list: readonly Row[] | undefined;

  constructor(rows: Map<string, Row>) {
    this.#durable = rows;
    this.#staged = new Map(rows);
  }

  find(id: string): Row | undefined {
    return this.#durable.get(id);
  }

  all(): readonly Row[] {
    this.#list ??= Object.freeze([...this.#durable.values()]);
    return this.#list;
  }

  get staged(): ReadonlyMap<string, Row> {
    return this.#staged;
  }

  stage(changes: RowChanges): void {
    applyChanges(this.#staged, changes);
  }

  commit(changes: RowChanges): void {
    applyChanges(this.#durable, changes);
    this.#list = undefined;
  }

  /** Forgets what was staged and will not become durable. */
  unstage(): void {
    this.#staged = new Map(this.#durable);
  }
}

export function applyChanges(rows: Map<string, Row>, changes: RowChanges): void {
  for (const [id, row] of changes) {
    if (row === undefined) rows.delete(id);
    else rows.set(id, deepFreeze(row));
  }
}
