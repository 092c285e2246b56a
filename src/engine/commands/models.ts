/** Handles the commands on models. */
import type { Fleet } from '../instances/fleet.ts';
import { forgetImage } from '../instances/image-record.ts';
import type { ModelBook } from '../models/model-book.ts';
import { toModelDocument } from '../models/model-document.ts';
import { modelView, type ModelTest, type ModelView } from '../models/model-view.ts';
import { modelNamed, Models, type ModelsParts } from '../models/models.ts';
import type { ModelRequest } from '../models/types.ts';
import type { Model } from '../../store/schema/model.ts';
import type { CommandsOf } from './table/entry.ts';
import type { modelEntries } from './table/models.ts';

/** Asks for as little as shows that a model answers in JSON. */
const TEST: ModelRequest = {
  instructions: 'Answer with {"ok":true}.',
  input: '{}',
  schema: {
    type: 'object',
    properties: { ok: { type: 'boolean' } },
    required: ['ok'],
    additionalProperties: false,
  },
  maxTokens: 50,
};

export interface ModelCommandParts extends ModelsParts {
  readonly models: ModelBook;
  readonly fleet: Fleet;
  /** Definitions have changed. */
  readonly changed: () => void;
}

export function modelCommands(parts: ModelCommandParts): CommandsOf<typeof modelEntries> {
  const { clock, db, fleet, models: book, changed } = parts;
  const models = new Models(parts);
  const view = ({ version: _version, ...model }: Model & { readonly version?: number }): ModelView =>
    modelView(model, book.health(model), model.run === undefined ? undefined : book.programs.view(model));

  /** Another image is what its containers are made of from now on. */
  async function forgetImages(before: Model, after: Model): Promise<void> {
    if (JSON.stringify(before.run?.source) === JSON.stringify(after.run?.source)) return;
    const mine = fleet.all().filter(({ record }) => record.serverId === after.id);
    for (const live of mine) {
      forgetImage(live, mine);
      await fleet.save(live);
    }
  }

  return {
    models: () => Promise.resolve(book.all().map(view)),
    async createModel(name, draft) {
      const model = await models.create(name, draft);
      changed();
      return view(model);
    },
    async modelDocument(name) {
      const model = modelNamed(db, name);
      return { name: model.name, version: model.version, text: toModelDocument(model) };
    },
    async updateModel(name, change, options) {
      const before = modelNamed(db, name);
      const model = await models.update(name, change, options);
      book.forget(model.id);
      await forgetImages(before, model);
      changed();
      return view(model);
    },
    async deleteModel(name) {
      book.forget(await models.delete(name));
      changed();
    },
    async testModel(name): Promise<ModelTest> {
      const model = modelNamed(db, name);
      if (model.run !== undefined) await book.programs.settled(model, model.run.startTimeoutMs);
      const startedMs = clock.monotonicMs();
      const outcome = await book.askOne(model, TEST);
      const ms = Math.round(clock.monotonicMs() - startedMs);
      const reason = outcome.ok ? undefined : outcome.failure.reason;
      db.record({
        kind: 'model_test',
        actor: parts.actor,
        target: `model/${model.name}`,
        outcome: outcome.ok ? 'ok' : 'error',
        durationMs: ms,
        ...(reason === undefined ? {} : { message: reason }),
      });
      if (reason !== undefined) return { ok: false, ms, tokensIn: 0, tokensOut: 0, reason };
      const { tokensIn = 0, tokensOut = 0 } = outcome.ok ? outcome.answer : {};
      return { ok: true, ms, tokensIn, tokensOut };
    },
  };
}
