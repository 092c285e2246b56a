/** Stands in front of a database: the same one with another way to write, or one that only tries out. */
import { Draft } from './draft.ts';
import type { CollectionSpecs } from './journal/replay.ts';
import { Table, type Row } from './table.ts';
import type { Database, StoreShape } from './types.ts';

/** The database with another `transact`; all else goes through. */
export function withTransact<S extends StoreShape>(
  db: Database<S>,
  transact: Database<S>['transact'],
  others: Partial<Pick<Database<S>, 'collection' | 'record'>> = {},
): Database<S> {
  return {
    dataDir: db.dataDir,
    collection: (name) => db.collection(name),
    body: (name, id) => db.body(name, id),
    transact,
    record: (draft) => db.record(draft),
    flush: () => db.flush(),
    events: (query) => db.events(query),
    recentEvents: (limit) => db.recentEvents(limit),
    onEvents: (listener) => db.onEvents(listener),
    state: () => db.state(),
    lostEvents: () => db.lostEvents(),
    onState: (listener) => db.onState(listener),
    head: () => db.head(),
    verify: (kept, inspect) => db.verify(kept, inspect),
    excerpt: (from, to) => db.excerpt(from, to),
    close: () => db.close(),
    ...others,
  };
}

/** Begins with the rows of `db` and keeps what is done to itself: nothing is written, and no event is kept. */
export function trialDatabase<S extends StoreShape>(db: Database<S>, specs: CollectionSpecs): Database<S> {
  const tables = new Map<string, Table>();
  for (const name of Object.keys(specs)) {
    const rows = db.collection(name).all() as unknown as readonly Row[];
    tables.set(name, new Table(new Map(rows.map((row) => [row.id, row]))));
  }
  return withTransact(
    db,
    async (fn) => {
      const draft = new Draft<S>(specs, tables);
      const result = fn(draft);
      for (const [name, changes] of draft.finish()) {
        tables.get(name)?.stage(changes);
        tables.get(name)?.commit(changes);
      }
      return result;
    },
    {
      collection: (name) => tables.get(name) as unknown as ReturnType<Database<S>['collection']> as never,
      record: () => undefined,
    },
  );
}
