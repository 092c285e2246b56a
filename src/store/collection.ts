/** Changes one kind of record in a transaction. The store invents no ids or timestamps: both come in with it. */
import * as z from 'zod';
import { McptuiError } from '../kernel/errors.ts';
import { deepFreeze } from './freeze.ts';
import type { Row } from './table.ts';
import type { CollectionWriter, Kept, Versioned } from './types.ts';

export interface CollectionSpec<T extends { readonly id: string }> {
  /** The singular, for messages. */
  readonly noun: string;
  /** What a record must be, without its `version`. */
  readonly schema: z.ZodType<T>;
  /**
   * The field that memory does not hold: read by `Database.body`. Rows with one are never changed or removed. Needs a
   * schema that is a plain object.
   */
  readonly body?: string;
}

/** Reads through to the rows below it and keeps its own changes apart, so that dropping it changes nothing. */
export class Collection<T extends { readonly id: string }> implements CollectionWriter<T> {
  readonly #spec: CollectionSpec<T>;
  readonly #below: ReadonlyMap<string, Row>;
  readonly #changes = new Map<string, Row | undefined>();
  /** Of a collection with bodies: the rows as they are written. */
  readonly #whole = new Map<string, Row>();

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
    if (this.#changes.size === 0) return [...this.#below.values()] as unknown as Versioned<Kept<T>>[];
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

  /** A row as it is written: with its body. */
  written(id: string): Row | undefined {
    return this.#whole.get(id) ?? this.#changes.get(id);
  }

  /** Writes over the version that was read. @throws McptuiError `not-found`, `conflict` when stale, `invalid` */
  replace(next: Versioned<T>): Versioned<Kept<T>> {
    this.#assertChangeable(next.id);
    const { version } = this.get(next.id);
    if (version !== next.version) throw new McptuiError('conflict', `${this.#spec.noun} ${next.id} changed`);
    const { version: _, ...record } = next;
    return this.#put(record as unknown as T, version + 1);
  }

  /** @throws McptuiError `not-found`, `invalid` */
  delete(id: string): void {
    this.#assertChangeable(id);
    this.get(id);
    this.#changes.set(id, undefined);
  }

  #assertChangeable(id: string): void {
    if (this.#spec.body === undefined) return;
    throw new McptuiError('invalid', `${this.#spec.noun} ${id} is never changed or removed`);
  }

  #put(record: T, version: number): Versioned<Kept<T>> {
    const whole: Row = deepFreeze({ ...checkRecord(this.#spec, record), version });
    const row = withoutBody(this.#spec, whole);
    if (row !== whole) this.#whole.set(row.id, whole);
    this.#changes.set(row.id, row);
    return row as unknown as Versioned<Kept<T>>;
  }
}

/** The row as memory holds it: the same when its collection has no bodies. */
export function withoutBody(spec: CollectionSpec<{ readonly id: string }>, row: Row): Row {
  if (spec.body === undefined) return row;
  const { [spec.body as keyof Row]: _, ...rest } = row;
  return Object.freeze(rest as unknown as Row);
}

/** The schema of rows without their body. */
const keptSchemas = new WeakMap<z.ZodType, z.ZodType<{ readonly id: string }>>();

export function keptSpec(spec: CollectionSpec<{ readonly id: string }>): CollectionSpec<{ readonly id: string }> {
  const { schema, body } = spec;
  if (body === undefined) return spec;
  let kept = keptSchemas.get(schema);
  if (kept === undefined) {
    if (!(schema instanceof z.ZodObject)) throw new Error(`${spec.noun}: a schema with a body is a plain object`);
    kept = schema.omit({ [body]: true } as never) as unknown as z.ZodType<{ readonly id: string }>;
    keptSchemas.set(schema, kept);
  }
  return { ...spec, schema: kept };
}

/** The record as its schema leaves it. @throws McptuiError `invalid` naming the record and every field at fault */
export function checkRecord<T extends { readonly id: string }>(spec: CollectionSpec<T>, record: T): T {
  const result = spec.schema.safeParse(record);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.') || 'record'}: ${issue.message}`);
  throw new McptuiError('invalid', `${spec.noun} ${record.id}: ${faults.join('; ')}`);
}
