/** Reads a resource of a server for the engine itself: from an instance that no session is disturbed by. */
import type { JsonObject } from '../../kernel/json.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import { ROUTER_PROFILE } from '../eras/client-profile.ts';
import { LISTS } from '../lists/list-cache.ts';
import { offers } from '../lists/list-fetch.ts';
import type { RouterCore } from '../types/core.ts';
import type { ResourceOutcome, ResourceRequest } from '../types/server.ts';
import { ask, type BuiltinOutcome } from '../upstream/router-request.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { isMap } from '../wire/message.ts';
import type { RpcError } from '../wire/rpc-errors.ts';
import type { LeaseHolder } from './leases.ts';
import type { ServerPool } from './pool.ts';

type Core = Pick<RouterCore, 'clock' | 'observer'>;

/** Content with whatever an instance was told of its client. */
function reader(): LeaseHolder {
  return { id: 'of a link', profile: ROUTER_PROFILE, takesAny: true };
}

/** Never rejects. */
export async function readResource(core: Core, pool: ServerPool, request: ResourceRequest): Promise<ResourceOutcome> {
  const away = pool.routed?.away;
  if (away !== undefined) return down(away);
  const idle = pool.listSource(pool.shownProfile);
  if (idle !== undefined) return asked(core, idle, request, request.timeoutMs);
  if (!request.isUse) return pool.isConnected ? { kind: 'busy' } : down(pool.down);
  if (!pool.isConnected && pool.down.state === 'error') {
    // What waits to be tried again is tried when it is used; this reader does not wait for it.
    unawaited(core.observer.wanted?.(pool.name) ?? Promise.resolve());
    return down(pool.down);
  }
  return leased(core, pool, request);
}

/** Waits for an instance as a session does, and gives it back at once. */
async function leased(core: Core, pool: ServerPool, request: ResourceRequest): Promise<ResourceOutcome> {
  const holder = reader();
  const startedMs = core.clock.monotonicMs();
  try {
    const there = await acquired(core, pool, holder, request.timeoutMs);
    if (there === undefined || 'code' in there) return pool.isConnected ? { kind: 'busy' } : down(pool.down);
    return await asked(core, there, request, request.timeoutMs - (core.clock.monotonicMs() - startedMs));
  } finally {
    pool.release(holder);
  }
}

/** Undefined when it takes too long. */
function acquired(
  core: Core,
  pool: ServerPool,
  holder: LeaseHolder,
  timeoutMs: number,
): Promise<Upstream | RpcError | undefined> {
  return new Promise((resolve) => {
    let takeBack: (() => void) | undefined;
    const timer = core.clock.after(timeoutMs, () => {
      takeBack?.();
      resolve(undefined);
    });
    takeBack = pool.acquire(holder, (outcome) => {
      timer.cancel();
      resolve(outcome);
    });
  });
}

async function asked(
  { clock }: Core,
  upstream: Upstream,
  { uri, maxBytes }: ResourceRequest,
  timeoutMs: number,
): Promise<ResourceOutcome> {
  if (timeoutMs <= 0) return { kind: 'timeout' };
  const saysNothing = Object.values(LISTS).every(
    ({ capability }) => upstream.info.capabilities[capability] === undefined,
  );
  if (!offers(upstream, 'resources') && !saysNothing) return { kind: 'no-resources' };
  return told(await ask(clock, upstream, { method: 'resources/read', params: { uri }, timeoutMs, maxBytes }));
}

function told(outcome: BuiltinOutcome): ResourceOutcome {
  switch (outcome.kind) {
    case 'result': {
      const { contents } = outcome.result;
      return { kind: 'contents', contents: Array.isArray(contents) ? (contents.filter(isMap) as JsonObject[]) : [] };
    }
    case 'error':
      return { kind: 'error', code: outcome.code, message: outcome.message };
    case 'refused': {
      const { message, retryAfterMs } = outcome;
      return { kind: 'refused', message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    }
    case 'lost':
      return { kind: 'lost', message: outcome.message };
    case 'too-large':
    case 'timeout':
      return { kind: outcome.kind };
    case 'aborted':
      return { kind: 'timeout' };
  }
}

function down({ state, reason }: { readonly state: string; readonly reason: string }): ResourceOutcome {
  return { kind: 'down', state, reason };
}
