/** `initialize` on a started instance. */
import type { Clock } from '../clock.ts';
import { LEGACY_VERSIONS, NEWEST_LEGACY_VERSION, isKnownVersion } from './eras/legacy.ts';
import { OWN_INFO, readServerInfo } from './initialize.ts';
import { mapAt, stringAt, type WireMap } from './message.ts';
import { ask } from './own-request.ts';
import type { ConnectFailure, ConnectOutcome, UpstreamInfo } from './types.ts';
import type { JsonObject } from '../json.ts';
import type { Upstream } from './upstream.ts';

/** Says what the client behind it can do. Never rejects. On success the upstream has its `info` and was told `initialized`; otherwise it is closed. */
export async function initializeUpstream(
  clock: Clock,
  upstream: Upstream,
  capabilities: WireMap,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ConnectOutcome> {
  const outcome = await ask(clock, upstream, {
    method: 'initialize',
    params: { protocolVersion: NEWEST_LEGACY_VERSION, capabilities, clientInfo: OWN_INFO },
    timeoutMs,
    signal,
    isUncancellable: true,
  });
  const judged = upstream.failure === undefined ? judge(outcome, timeoutMs) : failed(upstream.failure);
  if (!judged.ok) {
    upstream.close(judged.message);
    return judged;
  }
  upstream.begin(judged.info);
  return judged;
}

function failed({ code, message, hint }: ConnectFailure): ConnectOutcome {
  return { ok: false, code, message, ...(hint === undefined ? {} : { hint }) };
}

function judge(outcome: Awaited<ReturnType<typeof ask>>, timeoutMs: number): ConnectOutcome {
  switch (outcome.kind) {
    case 'result': {
      const { protocolVersion } = outcome.result;
      if (isKnownVersion(protocolVersion)) return { ok: true, info: readInfo(protocolVersion, outcome.result) };
      const theirs = JSON.stringify(protocolVersion) ?? 'none';
      return {
        ok: false,
        code: 'VERSION_MISMATCH',
        message: `the server speaks protocol revision ${theirs}, mcptui speaks ${LEGACY_VERSIONS.join(', ')}`,
      };
    }
    case 'error':
      return {
        ok: false,
        code: 'INITIALIZE_ERROR',
        message: `initialize was answered with error ${outcome.code}: ${outcome.message}`,
      };
    case 'timeout':
      return { ok: false, code: 'INITIALIZE_TIMEOUT', message: `initialize was not answered within ${timeoutMs} ms` };
    case 'lost':
      return { ok: false, code: 'LOST', message: 'the stream ended before initialize was answered' };
    case 'aborted':
      return { ok: false, code: 'LOST', message: 'the connection was called off' };
  }
}

function readInfo(protocolVersion: string, result: WireMap): UpstreamInfo {
  const instructions = stringAt(result, 'instructions');
  return {
    protocolVersion,
    serverInfo: readServerInfo(result),
    capabilities: (mapAt(result, 'capabilities') ?? {}) as JsonObject,
    ...(instructions === undefined ? {} : { instructions }),
  };
}
