/** Builds models. */
import type { Model } from '../../../src/store/schema/model.ts';

export function aModel(more: Partial<Model> = {}): Model {
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
