/**
 * Lets a command change only the state that its caller has looked at: within each of its transactions the rows are compared
 * with those of the look, so that nothing comes between the comparison and the change.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Shape } from '../../store/schema/index.ts';
import type { Database, Transaction } from '../../store/types.ts';

type Rows = readonly { readonly id: string; readonly version: number }[];

/** Rows of a collection as they were when its state was read. */
export interface Looked {
  readonly collection: keyof Shape & string;
  rows: Rows;
  isOver?: boolean;
}

/** Somebody else was there in between: the state is to be read again. */
export class Moved extends Error {
  override readonly name = 'Moved';
}

const underWay = new AsyncLocalStorage<Looked>();

export function lookAt(db: Pick<Database<Shape>, 'collection'>, collection: Looked['collection']): Looked {
  return { collection, rows: db.collection(collection).all() };
}

/** @throws Moved when it would change rows of the collection after somebody else has */
export async function onlyOn<T>(looked: Looked, work: () => Promise<T>): Promise<T> {
  try {
    return await underWay.run(looked, work);
  } finally {
    // What the engine goes on doing because of it is its own.
    looked.isOver = true;
  }
}

/** A transaction that changes nothing of the collection is not concerned; what the command changes itself is no other state. */
export function unmoved<T>(tx: Transaction<Shape>, fn: () => T): T {
  const looked = underWay.getStore();
  if (looked === undefined || looked.isOver === true) return fn();
  const rows = (): Rows => [...tx.collection(looked.collection).all()];
  const before = rows();
  const result = fn();
  const after = rows();
  if (isSame(before, after)) return result;
  if (!isSame(looked.rows, before)) throw new Moved('the state has changed since it was read');
  looked.rows = after;
  return result;
}

function isSame(one: Rows, other: Rows): boolean {
  if (one.length !== other.length) return false;
  const versions = new Map(one.map(({ id, version }) => [id, version]));
  return other.every(({ id, version }) => versions.get(id) === version);
}
