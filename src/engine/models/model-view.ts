/** Shows a model as lists and descriptions have it. Pure. */
import { defined } from '../../kernel/defined.ts';
import type { Model, ModelRun } from '../../store/schema/model.ts';
import { shownEntry, shownProgram } from '../views/shown-server.ts';
import { isLocal, type ModelHealth } from './model-book.ts';
import type { ProgramView } from './types.ts';

export interface ModelView extends Omit<Model, 'key' | 'run'> {
  /** `secret:file/NAME`. */
  readonly key?: string;
  /** Of a managed one; values of its variables are not shown. */
  readonly run?: ModelRun;
  readonly program?: ProgramView;
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

/** A model as YAML, and the version that a change of it is made on. */
export interface ModelDocument {
  readonly name: string;
  readonly version: number;
  readonly text: string;
}

export function modelView({ key, run, ...model }: Model, health: ModelHealth, program?: ProgramView): ModelView {
  const shown = run === undefined ? {} : { run: shownRun(run) };
  return {
    ...model,
    ...shown,
    ...defined({ program }),
    ...(key === undefined ? {} : { key: `secret:${key.backend}/${key.path}` }),
    isLocal: isLocal({ ...model, run }),
    health,
  };
}

function shownRun({ source, env, ...run }: ModelRun): ModelRun {
  return { ...run, source: shownProgram(source), env: env.map(shownEntry) };
}
