/** Handles the commands on models. */
import type { ModelBook } from '../models/model-book.ts';
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
}

export function modelCommands(parts: ModelCommandParts): CommandsOf<typeof modelEntries> {
  const { clock, db, models: book } = parts;
  const models = new Models(parts);
  const view = ({ version: _version, ...model }: Model & { readonly version?: number }): ModelView =>
    modelView(model, book.health(model));
  return {
    models: () => Promise.resolve(book.all().map(view)),
    createModel: async (name, draft) => view(await models.create(name, draft)),
    async updateModel(name, change) {
      const model = await models.update(name, change);
      book.forget(model.id);
      return view(model);
    },
    async deleteModel(name) {
      book.forget(await models.delete(name));
    },
    async testModel(name): Promise<ModelTest> {
      const model = modelNamed(db, name);
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
