/** Tries a remote server in its back-off when an agent asks for it, within bounds: it costs one request and nothing here. */
import type { Clock } from '../../kernel/clock.ts';
import type { Failure } from '../../store/schema/failure.ts';
import type { RuntimeKind } from '../../store/schema/runtime-kind.ts';
import { askedWaitMs } from './failure-facts.ts';
import type { Fleet } from './fleet.ts';
import type { LiveInstance } from './live-instance.ts';

/** Between two tries. */
export const USE_EVERY_MS = 10_000;
/** An agent does not wait longer for a try. */
const PATIENCE_MS = 5_000;

export interface UseParts {
  readonly clock: Clock;
  readonly fleet: () => Fleet;
  readonly wake: () => void;
}

/** Resolves when it has been tried, or that takes too long; undefined when it is not tried now. */
export function triedOnUse({ clock, fleet, wake }: UseParts, server: string): Promise<void> | undefined {
  const all = fleet().all();
  const mine = all.filter((live) => fleet().serverOf(live)?.name === server);
  const live = mine.find((one) => mayBeTried(one, fleet().serverOf(one)?.runtime, clock.monotonicMs()));
  if (live === undefined) return undefined;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = clock.after(PATIENCE_MS, resolve, { unref: true });
  const before = live.used;
  live.used = () => {
    before?.();
    timer.cancel();
    resolve();
  };
  wake();
  return promise;
}

/** Whether use ends its wait early; a wait that the server has named is kept. */
export function isTriedOnUse(failure: Failure | undefined, runtime: RuntimeKind | undefined): boolean {
  return runtime === 'remote' && askedWaitMs(failure) === undefined && !(failure !== undefined && isInVain(failure));
}

/** What another try does not mend: a person, or a definition, is needed first. */
function isInVain(failure: Failure): boolean {
  if (failure.kind === 'login') return failure.needs === 'login';
  if (failure.kind === 'refused') return failure.code === 'ADDRESS_REFUSED';
  return failure.kind === 'secret';
}

function mayBeTried(live: LiveInstance, runtime: RuntimeKind | undefined, nowMs: number): boolean {
  const { failure, held, desired } = live.record;
  const isOld = live.started === undefined || nowMs - live.started.atMono >= USE_EVERY_MS;
  if (live.phase === 'starting' && live.used !== undefined) return true;
  return live.phase === 'error' && !held && desired === 'running' && isOld && isTriedOnUse(failure, runtime);
}
