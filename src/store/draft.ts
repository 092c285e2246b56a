/** Holds one transaction while its function runs: reads what is staged, keeps its changes and events apart. */
import { McptuiError } from '../kernel/errors.ts';
import { Collection } from './collection.ts';
import type { CollectionSpecs } from './journal/replay.ts';
import type { RowChanges, Table } from './table.ts';
import type { CollectionWriter, EventDraft, StoreShape, Transaction } from './types.ts';

export class Draft<S extends StoreShape> implements Transaction<S> {
  readonly #specs: CollectionSpecs;
  readonly #tables: ReadonlyMap<string, Table>;
  readonly #collections = new Map<string, Collection<{ readonly id: string }>>();
  readonly #events: EventDraft[] = [];
  #open = true;

  constructor(specs: CollectionSpecs, tables: ReadonlyMap<string, Table>) {
    this.#specs = specs;
    this.#tables = tables;
  }

  get events(): readonly EventDraft[] {
    return this.#events;
  }

  collection<K extends keyof S & string>(name: K): CollectionWriter<S[K]> {
    this.#assertOpen();
    const spec = this.#specs[name];
    const table = this.#tables.get(name);
    if (spec === undefined || table === undefined) throw new McptuiError('not-found', `no collection ${name}`);
    let collection = this.#collections.get(name);
    if (collection === undefined) {
      collection = new Collection(spec, table.staged);
      this.#collections.set(name, collection);
    }
    return collection as unknown as CollectionWriter<S[K]>;
  }

  event(draft: EventDraft): void {
    this.#assertOpen();
    if (-(draft.cause ?? 0) > this.#events.length) throw new Error(`cause ${draft.cause} is before the transaction`);
    this.#events.push({ ...draft });
  }

  /** Ends it: a draft kept beyond its function can change nothing. */
  finish(): ReadonlyMap<string, RowChanges> {
    this.#open = false;
    const changes = new Map<string, RowChanges>();
    for (const [name, collection] of this.#collections) {
      if (collection.changes.size > 0) changes.set(name, collection.changes);
    }
    return changes;
  }

  /** The changes as the journal keeps them. */
  changeTexts(): string[] {
    const texts: string[] = [];
    for (const [name, collection] of this.#collections) {
      for (const id of collection.changes.keys()) {
        const put = collection.written(id);
        texts.push(JSON.stringify(put === undefined ? { in: name, del: id } : { in: name, put }));
      }
    }
    return texts;
  }

  #assertOpen(): void {
    if (!this.#open) throw new Error('the transaction is over');
  }
}
