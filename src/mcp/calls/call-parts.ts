/** Holds what calls need of the router beside the core. */
import type { Session } from '../downstream/session.ts';
import type { Registry } from '../projects/registry.ts';
import type { Elicitations } from '../traffic/elicitations.ts';
import type { Tasks } from '../traffic/tasks.ts';
import type { RouterCore } from '../types/core.ts';
import type { StageList } from './stage-list.ts';
import type { Upstream } from '../upstream/upstream.ts';

export interface CallParts {
  readonly core: RouterCore;
  readonly registry: Registry;
  readonly tasks: Tasks;
  readonly elicitations: Elicitations;
  /** Instances that an agent has asked something of. */
  readonly used: WeakSet<Upstream>;
  readonly stages: StageList;
  /** A session's counters moved. */
  readonly counted: (session: Session) => void;
}
