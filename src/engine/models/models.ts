/** Keeps the definitions of models, each change with its event. */
import type { Clock } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { Ids } from '../../kernel/ids.ts';
import { noSuch } from '../../kernel/no-such.ts';
import { checkedUrl, shownAddress } from '../../kernel/url.ts';
import { isLoopbackUrl, urlRefusal } from '../../mcp/index.ts';
import { modelSchema, type Model } from '../../store/schema/model.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database, Transaction, Versioned } from '../../store/types.ts';
import { faultsOf } from '../content/faults.ts';
import type { ModelChange, ModelDraft } from './changes.ts';
import { DEFAULT_URLS } from './wire-formats.ts';

export interface ModelsParts {
  readonly db: Database<Shape>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly actor: string;
}

type Reads = Pick<Database<Shape>, 'collection'> | Transaction<Shape>;

/** @throws McptuiError `not-found` with those there are */
export function modelNamed(from: Reads, name: string): Versioned<Model> {
  const all = from.collection('models').all();
  const found = all.find((model) => model.name === name || model.id === name);
  if (found !== undefined) return found;
  throw noSuch(
    'model',
    name,
    all.map((model) => model.name),
    'mcptui get models',
  );
}

export class Models {
  readonly #p: ModelsParts;

  constructor(parts: ModelsParts) {
    this.#p = parts;
  }

  /** @throws McptuiError `invalid`, `conflict` when the name is taken */
  create(name: string, draft: ModelDraft): Promise<Model> {
    const { db, clock, ids } = this.#p;
    const now = clock.now();
    const url = draft.url ?? DEFAULT_URLS[draft.kind];
    const model = checked(name, { ...draft, url, id: ids.next('mdl'), name, createdAt: now, updatedAt: now });
    return db.transact((tx) => {
      const models = tx.collection('models');
      if (models.all().some((row) => row.name === name)) {
        throw new McptuiError('conflict', `model ${name} exists`, { hint: `mcptui describe model ${name}` });
      }
      models.insert(model);
      this.#event(tx, 'model_create', name, model);
      return model;
    });
  }

  update(name: string, change: ModelChange): Promise<Model> {
    const { db, clock } = this.#p;
    return db.transact((tx) => {
      const { version, ...before } = modelNamed(tx, name);
      const merged = { ...before, ...change, updatedAt: clock.now() };
      const next = checked(name, Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null)));
      tx.collection('models').replace({ ...next, version });
      this.#event(tx, 'model_update', before.name, next, Object.keys(change).join(', '));
      return next;
    });
  }

  /** The id of what is gone. */
  delete(name: string): Promise<string> {
    return this.#p.db.transact((tx) => {
      const { id, name: own } = modelNamed(tx, name);
      tx.collection('models').delete(id);
      if (tx.collection('modelUsage').find(id) !== undefined) tx.collection('modelUsage').delete(id);
      tx.event({ kind: 'model_delete', actor: this.#p.actor, target: `model/${own}`, outcome: 'ok' });
      return id;
    });
  }

  #event(tx: Transaction<Shape>, kind: string, name: string, { kind: api, url, model }: Model, what?: string): void {
    const message = what ?? `${api} ${model} at ${shownAddress(url)}`;
    tx.event({ kind, actor: this.#p.actor, target: `model/${name}`, outcome: 'ok', message });
  }
}

/** @throws McptuiError `invalid` naming what is at fault */
function checked(name: string, value: unknown): Model {
  const result = modelSchema.safeParse(value);
  if (!result.success) throw new McptuiError('invalid', `model ${name}: ${faultsOf(result.error, 'record')}`);
  const { url: text, allowPrivate } = result.data;
  const url = checkedUrl(text);
  const refusal = urlRefusal(url, allowPrivate || isLoopbackUrl(url), allowPrivate);
  if (refusal === undefined) return result.data;
  throw new McptuiError('invalid', `model ${name}: ${refusal}`, { hint: '--allow-private says that it may be asked' });
}
