/** Tells a server that the handshake is over, again while it cannot take that. */
import { sleep, type Clock } from '../../../kernel/clock.ts';
import type { RemoteLink } from './link.ts';
import type { RemoteFailure } from './remote-failure.ts';

const INITIALIZED = '{"jsonrpc":"2.0","method":"notifications/initialized"}';
const MAX_TRIES = 6;
const FIRST_WAIT_MS = 1_000;

/** Resolves when it is told, or nothing is to be gained by telling it again. */
export async function tellInitialized(link: RemoteLink, clock: Clock, isWanted: () => boolean): Promise<void> {
  let waitMs = FIRST_WAIT_MS;
  for (let tries = 1; ; tries += 1) {
    const failure = await link.post(INITIALIZED);
    if (failure === undefined || tries === MAX_TRIES || !isPassing(failure) || !isWanted()) return;
    await sleep(clock, failure.retryAfterMs ?? waitMs);
    if (!isWanted()) return;
    waitMs *= 2;
  }
}

function isPassing({ code, status = 0 }: RemoteFailure): boolean {
  return code === 'UNREACHABLE' || code === 'RATE_LIMITED' || status >= 500;
}
