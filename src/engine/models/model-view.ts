/** Shows a model as lists and descriptions have it. Pure. */
import type { Model } from '../../store/schema/model.ts';
import { isLocal, type ModelHealth } from './model-book.ts';

export interface ModelView extends Omit<Model, 'key'> {
  /** `secret:file/NAME`. */
  readonly key?: string;
  /** It runs on this machine. */
  readonly isLocal: boolean;
  readonly health: ModelHealth;
}

/** How one real answer went. */
export interface ModelTest {
  readonly ok: boolean;
  readonly ms: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** Why there was none. */
  readonly reason?: string;
}

export function modelView({ key, ...model }: Model, health: ModelHealth): ModelView {
  return {
    ...model,
    ...(key === undefined ? {} : { key: `secret:${key.backend}/${key.path}` }),
    isLocal: isLocal(model),
    health,
  };
}
