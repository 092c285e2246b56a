/** Builds models. */
import type { ReachableModel } from '../../../src/engine/models/types.ts';
import { modelRunSchema, type Model } from '../../../src/store/schema/model.ts';
import type { Versioned } from '../../../src/store/types.ts';

export function aModel(more: Partial<ReachableModel> = {}): ReachableModel {
  return {
    id: 'mdl_small',
    name: 'small',
    kind: 'openai',
    url: 'http://127.0.0.1:9/v1',
    model: 'small-1',
    tier: 'both',
    timeoutMs: 10_000,
    allowPrivate: false,
    createdAt: 0,
    updatedAt: 0,
    ...more,
  };
}

/** One that the engine runs. */
export function aManagedModel(run: object = {}, more: Partial<Model> = {}): Versioned<Model> {
  const { url: _, ...model } = aModel();
  const source = { kind: 'command', command: ['serve', '--port', '{port}'] };
  return {
    ...model,
    kind: 'managed',
    run: modelRunSchema.parse({ source, runtime: 'process', ...run }),
    version: 1,
    ...more,
  };
}
