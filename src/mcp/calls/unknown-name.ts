/** Refuses a tool or prompt that no list has: unknown, or that of a server which is not there or not heard of yet. */
import type { EpochMs } from '../../kernel/clock.ts';
import { cutName } from '../../kernel/foreign.ts';
import type { CallParts } from './call-parts.ts';
import type { Delivery } from './delivery.ts';
import { fail, type Incoming } from './incoming.ts';
import type { WireMap } from '../wire/message.ts';
import type { ServerPool } from '../servers/pool.ts';
import { qualifyName } from '../lists/qualified-name.ts';
import { downError, RPC, type RpcError } from '../wire/rpc-errors.ts';

type Kind = 'tools' | 'prompts';

/** Where a request names it: `holder[key]`. */
export interface NamedRequest {
  readonly incoming: Incoming;
  readonly kind: Kind;
  readonly holder: WireMap;
  readonly key: string;
  /** As agents know it. */
  readonly name: string;
}

/** A list that has failed is asked for again by itself. */
const UNLISTED_MS = 10_000;

/** The server by whose prefix the name begins and whose list is not known: it may well have it. */
export function unheardOf({ project, session }: Incoming, kind: Kind, name: string): ServerPool | undefined {
  const view = project.viewOf(session);
  return project.pools.find((pool) => {
    const prefix = pool.routed?.prefix ?? pool.name;
    return !view.lists(pool)[kind].isKnown && name.startsWith(qualifyName(prefix, '').name);
  });
}

/** Resolves when the list of a server that runs has come; undefined when that is not to be waited for. */
export function whenListed(
  { project, session }: Incoming,
  kind: Kind,
  unheard: ServerPool | undefined,
): Promise<void> | undefined {
  if (unheard?.isConnected !== true) return undefined;
  const { failure } = project.viewOf(session).lists(unheard)[kind];
  return failure === undefined ? project.listed(session, unheard, kind) : undefined;
}

function unknownName(
  { project, session }: Incoming,
  kind: Kind,
  name: string,
  unheard: ServerPool | undefined,
  now: EpochMs,
): RpcError {
  if (unheard === undefined) {
    return { code: RPC.invalidParams, message: `Unknown ${kind === 'tools' ? 'tool' : 'prompt'}: ${cutName(name)}` };
  }
  if (!unheard.isConnected) return downError(unheard.name, unheard.down, now);
  const { failure = 'it has not sent its list yet' } = project.viewOf(session).lists(unheard)[kind];
  const data = { server: unheard.name, state: 'unlisted', reason: failure, retryAfterMs: UNLISTED_MS };
  return { code: RPC.unavailable, message: `server ${unheard.name}: its ${kind} are not known: ${failure}`, data };
}

/** A call that reached no server is a call all the same: the audit knows what was asked for. */
export function refuseUnknown(
  { core }: Pick<CallParts, 'core'>,
  delivery: Delivery,
  { incoming, kind, name }: NamedRequest,
  unheard: ServerPool | undefined,
): void {
  const error = unknownName(incoming, kind, name, unheard, core.clock.now());
  fail(incoming, error);
  if (incoming.method !== 'tools/call') return;
  const call = delivery.call(incoming, unheard?.name ?? '-', { name });
  call.end({ outcome: 'rpc-error', bytes: 0, error: `${error.code} ${error.message}` });
}
