/** Decides what may be sent twice, and what an agent is told of a request that has no answer. Pure. */
import { brokenError, lostError, RPC, type RpcError } from '../../wire/rpc-errors.ts';
import type { RemoteFailure } from './remote-failure.ts';

/** They change nothing, or the same thing again. Never `tools/call`: it may have side effects. */
const REPEATABLE: ReadonlySet<string> = new Set([
  'ping',
  'tools/list',
  'prompts/list',
  'prompts/get',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'logging/setLevel',
  'completion/complete',
  'server/discover',
]);

export function isRepeatable(method: string): boolean {
  return REPEATABLE.has(method);
}

export function callError(server: string, failure: RemoteFailure): RpcError {
  const { code, bare: message, hint, status, retryAfterMs } = failure;
  if (code === 'BAD_ANSWER') return brokenError(server, message);
  const mayHaveRun = code === 'SESSION_GONE' || (code === 'UNREACHABLE' && !failure.isUnsent);
  if (mayHaveRun) return lostError(server, message);
  return {
    code: RPC.unavailable,
    message: `server ${server}: ${message}`,
    data: {
      server,
      state: code === 'UNREACHABLE' ? 'unreachable' : retryAfterMs === undefined ? 'refused' : 'rate limited',
      reason: `${code}: ${message}`,
      ...(status === undefined ? {} : { status }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(hint === undefined ? {} : { hint }),
    },
  };
}
