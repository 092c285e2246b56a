/** Keeps the definitions of models, each change with its event. */
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../kernel/clock.ts';
import { defined } from '../../kernel/defined.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { Ids } from '../../kernel/ids.ts';
import { noSuch } from '../../kernel/no-such.ts';
import { shownAddress } from '../../kernel/url.ts';
import type { Model } from '../../store/schema/model.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database, Transaction, Versioned } from '../../store/types.ts';
import type { ModelChange, ModelChangeOptions, ModelDraft, ModelPatch } from './changes.ts';
import { checked } from './checked-model.ts';
import { fromModelDocument } from './model-document.ts';
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
    const model = checked(name, {
      ...withDefaults(name, draft),
      id: ids.next('mdl'),
      name,
      createdAt: now,
      updatedAt: now,
    });
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

  /** @throws McptuiError `not-found`, `invalid`, `conflict` when another version than the expected one is there */
  update(name: string, change: ModelChange, { expected }: ModelChangeOptions = {}): Promise<Model> {
    const { db, clock } = this.#p;
    return db.transact((tx) => {
      const { version, ...before } = modelNamed(tx, name);
      if (expected !== undefined && expected !== version) {
        throw new McptuiError('conflict', `model ${before.name} was changed meanwhile`, {
          hint: `mcptui describe model ${before.name}`,
        });
      }
      const merged = 'text' in change ? fromModelDocument(before, change.text) : patched(before, change);
      const next = checked(before.name, { ...merged, updatedAt: clock.now() }, before);
      const fields = changedFields(before, next);
      if (fields.length === 0) return before;
      tx.collection('models').replace({ ...next, version });
      this.#event(tx, 'model_update', before.name, next, fields.join(', '));
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

  #event(
    tx: Transaction<Shape>,
    kind: string,
    name: string,
    { kind: api, url, model, run }: Model,
    what?: string,
  ): void {
    const where = run === undefined ? `at ${shownAddress(url ?? '')}` : `by ${run.source.kind} on ${run.runtime}`;
    const message = what ?? `${api} ${model} ${where}`;
    tx.event({ kind, actor: this.#p.actor, target: `model/${name}`, outcome: 'ok', message });
  }
}

/** What its kind says where the draft does not. @throws McptuiError `invalid` */
function withDefaults(name: string, draft: ModelDraft): ModelDraft {
  if (draft.kind === 'managed') return { ...draft, model: draft.model ?? name };
  if (draft.model === undefined) {
    throw new McptuiError('invalid', `model ${name}: say which model`, { hint: '--model, as its API calls it' });
  }
  return { ...draft, url: draft.url ?? DEFAULT_URLS[draft.kind] };
}

/** What is not named stays; null takes it away. @throws McptuiError `invalid` for what only a managed one has */
function patched({ run, ...before }: Model, { warm, idleMs, ...patch }: ModelPatch): object {
  const merged = Object.entries({ ...before, ...patch }).filter(([, value]) => value !== null);
  const when = defined({ warm, idleMs });
  if (run === undefined && Object.keys(when).length > 0) {
    const fault = `model ${before.name}: a model of kind ${before.kind} is not run here`;
    throw new McptuiError('invalid', fault, { hint: 'warm and idle are for --kind managed' });
  }
  return { ...Object.fromEntries(merged), ...(run === undefined ? {} : { run: { ...run, ...when } }) };
}

function changedFields(before: Model, after: Model): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]) as ReadonlySet<keyof Model>;
  return [...names].filter((field) => field !== 'updatedAt' && !isDeepStrictEqual(before[field], after[field]));
}
