/** Compares now and then what runs with the secrets of now, so that a value that was changed elsewhere is noticed without a probe. */
import type { Clock, Timer } from '../../kernel/clock.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import type { CausesGone } from './causes-gone.ts';
import type { Fleet } from './fleet.ts';

/** A change is noticed within this; a backend gets one request for each secret in use. */
export const SECRET_LOOK_MS = 30_000;

export interface SecretWatchParts {
  readonly clock: Clock;
  readonly fleet: Fleet;
  readonly causes: CausesGone;
}

/** Until what it returns is called. */
export function watchSecrets({ clock, fleet, causes }: SecretWatchParts): () => void {
  let isEnded = false;
  let timer: Timer | undefined;

  async function look(): Promise<void> {
    for (const live of fleet.all()) {
      if (isEnded) return;
      const { state } = live;
      if (state.phase !== 'running') continue;
      // The environment of the engine stays as it was started.
      const outside = [...state.marks.keys()].some((key) => !key.startsWith('env/'));
      if (!outside) continue;
      const before = state.stale.join();
      await causes.secretsResolve(live);
      if (live.stale.join() !== before) fleet.touch(live);
    }
  }

  function again(): void {
    if (isEnded) return;
    timer = clock.after(SECRET_LOOK_MS, () => unawaited(look().finally(again)), { unref: true });
  }

  again();
  return () => {
    isEnded = true;
    timer?.cancel();
  };
}
