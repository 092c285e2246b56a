/** Models of the fixture engine: kept by name, asked for nothing. */
import type { EngineCommands, ModelDraft, ModelView } from '../../../src/engine/index.ts';
import { modelRunSchema } from '../../../src/store/schema/model.ts';
import { McptuiError } from '../../../src/kernel/errors.ts';

type ModelCommands = Pick<
  EngineCommands,
  'models' | 'createModel' | 'modelDocument' | 'updateModel' | 'deleteModel' | 'testModel'
>;

export function modelsFixture(ask: (line: string) => Promise<void>): ModelCommands {
  const models = new Map<string, ModelView>();
  const named = (name: string): ModelView => {
    const found = models.get(name);
    if (found === undefined) throw new McptuiError('not-found', `no model ${name}`);
    return found;
  };
  return {
    models: () => Promise.resolve([...models.values()]),
    createModel: async (name, draft) => {
      await ask(`createModel ${name}`);
      if (models.has(name)) throw new McptuiError('conflict', `model ${name} exists`);
      const made = viewOf(name, draft);
      models.set(name, made);
      return made;
    },
    modelDocument: async (name) => {
      const { kind, model, tier } = named(name);
      await ask(`modelDocument ${name}`);
      return { name, version: 1, text: `name: ${name}\nkind: ${kind}\nmodel: ${model}\ntier: ${tier}\n` };
    },
    updateModel: async (name, change) => {
      const text = 'text' in change ? change.text : '';
      await ask(`updateModel ${name}`);
      if (text.includes('tier: none')) throw new McptuiError('invalid', `model ${name}: tier: no such tier`);
      const [, tier] = /^tier: (fast|heavy)$/m.exec(text) ?? [];
      const next: ModelView = { ...named(name), ...(tier === 'fast' || tier === 'heavy' ? { tier } : {}) };
      models.set(name, next);
      return next;
    },
    deleteModel: async (name) => {
      named(name);
      await ask(`deleteModel ${name}`);
      models.delete(name);
    },
    testModel: async (name) => {
      named(name);
      await ask(`testModel ${name}`);
      return { ok: true, ms: 40, tokensIn: 20, tokensOut: 4 };
    },
  };
}

function viewOf(
  name: string,
  { kind, model = name, tier, url = 'http://127.0.0.1:8080/v1', run }: ModelDraft,
): ModelView {
  const used = { id: `mdl_${name}`, day: '2026-11-29', asked: 0, failed: 0, tokensIn: 0, tokensOut: 0, ms: 0 };
  return {
    id: `mdl_${name}`,
    name,
    kind,
    model,
    tier,
    ...(run === undefined
      ? { url }
      : { run: modelRunSchema.parse(run), program: { instance: `llm.${name}-1`, state: 'idle' } }),
    timeoutMs: 30_000,
    allowPrivate: false,
    isLocal: true,
    createdAt: 0,
    updatedAt: 0,
    health: { failures: 0, used },
  };
}
