/** One kind of record in a transaction. The store invents no ids or timestamps: both come in with it. */
import type { z } from 'zod';
import { McptuiError } from '../errors.ts';
import { deepFreeze } from './freeze.ts';
import type { Row } from './table.ts';
import type { CollectionWriter, Kept, Versioned } from './types.ts';

export interface CollectionSpec<T extends { readonly id: string }> {
  /** The singular, for messages. */
  readonly noun: string;
  /** What a record must be, without its `version`. */
  readonly schema: z.ZodType<T>;
  /** The field that is read by `Database.body`. */
  readonly body?: string;
}

/** Reads through to the rows below it and keeps its own changes apart, so that dropping it changes nothing. */
export class Collection<T extends { readonly id: string }> implements CollectionWriter<T> {
  readonly #spec: CollectionSpec<T>;
  readonly #below: ReadonlyMap<string, Row>;
  readonly #changes = new Map<string, Row | undefined>();

  constructor(spec: CollectionSpec<T>, below: ReadonlyMap<string, Row>) {
    this.#spec = spec;
    this.#below = below;
  }

  get changes(): ReadonlyMap<string, Row | undefined> {
    return this.#changes;
  }

  /** @throws McptuiError `not-found` */
  get(id: string): Versioned<Kept<T>> {
    const row = this.find(id);
    if (row === undefined) throw new McptuiError('not-found', `no ${this.#spec.noun} ${id}`);
    return row;
  }

  find(id: string): Versioned<Kept<T>> | undefined {
    const row = this.#changes.has(id) ? this.#changes.get(id) : this.#below.get(id);
    return row as unknown as Versioned<Kept<T>> | undefined;
  }

  all(): readonly Versioned<Kept<T>>[] {
    const rows = new Map(this.#below);
    for (const [id, row] of this.#changes) {
      if (row === undefined) rows.delete(id);
      else rows.set(id, row);
    }
    return [...rows.values()] as unknown as Versioned<Kept<T>>[];
  }

  /** @throws McptuiError `conflict` when the id is taken, `invalid` */
  insert(record: T): Versioned<Kept<T>> {
    if (this.find(record.id) !== undefined) throw new McptuiError('conflict', `${this.#spec.noun} ${record.id} exists`);
    return this.#put(record, 1);
  }

  /** Writes over the version that was read. @throws McptuiError `not-found`, `conflict` when stale, `invalid` */
  replace(next: Versioned<T>): Versioned<Kept<T>> {
    const { version } = this.get(next.id);
    if (version !== next.version) throw new McptuiError('conflict', `${this.#spec.noun} ${next.id} changed`);
    const { version: _, ...record } = next;
    return this.#put(record as unknown as T, version + 1);
  }

  /** @throws McptuiError `not-found` */
  delete(id: string): void {
    this.get(id);
    this.#changes.set(id, undefined);
  }

  #put(record: T, version: number): Versioned<Kept<T>> {
    const row = deepFreeze({ ...checkRecord(this.#spec, record), version });
    this.#changes.set(row.id, row);
    return row;
  }
}

/** The record as its schema leaves it. @throws McptuiError `invalid` naming the record and every field at fault */
export function checkRecord<T extends { readonly id: string }>(spec: CollectionSpec<T>, record: T): T {
  const result = spec.schema.safeParse(record);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.') || 'record'}: ${issue.message}`);
  throw new McptuiError('invalid', `${spec.noun} ${record.id}: ${faults.join('; ')}`);
}
