/** Performs `initialize` on a started instance. */
import type { Clock } from '../../kernel/clock.ts';
import { defined } from '../../kernel/defined.ts';
import { cutText } from '../../kernel/foreign.ts';
import { timeWords } from '../../kernel/time-words.ts';
import { LEGACY_VERSIONS, NEWEST_LEGACY_VERSION, isKnownVersion } from '../eras/legacy.ts';
import { isModernVersion, MODERN_VERSION, MODERN_VERSIONS } from '../eras/modern.ts';
import { mayBeModern, readDiscovery } from './modern/modern-wire.ts';
import { ModernUpstream } from './modern/modern-upstream.ts';
import { ROUTER_INFO } from '../eras/router-info.ts';
import { readClaims } from './server-claims.ts';
import { isMap, stringAt, type WireMap } from '../wire/message.ts';
import { ask, type BuiltinOutcome } from './router-request.ts';
import type { ConnectFailure, ConnectOutcome, UpstreamInfo } from '../types/connection.ts';
import type { Connection, Upstream } from './upstream.ts';

/** Limit of a server's description of itself. */
const MAX_BYTES = 1024 * 1024;

export interface Connected {
  readonly outcome: ConnectOutcome;
  /** The connection in the words of older revisions, whichever it speaks; usable when the outcome is good. */
  readonly upstream: Upstream;
}

export interface ConnectParts {
  readonly clock: Clock;
  /** What the client behind it can do. */
  readonly capabilities: WireMap;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Known to have no `initialize`. */
  readonly isModern: boolean;
}

/**
 * By `initialize`, or where a server knows of none, by `server/discover` on the same connection. Never rejects. On success
 * the upstream has its `info` and may be asked; otherwise it is closed.
 */
export async function initializeUpstream(connection: Connection, parts: ConnectParts): Promise<Connected> {
  const { clock, capabilities, timeoutMs, signal } = parts;
  if (parts.isModern) {
    const { upstream, outcome } = await discover(connection, parts);
    const judged = judgeDiscovery(connection, outcome, timeoutMs);
    if (judged.ok) upstream.begin(judged.info);
    else upstream.close(judged.message);
    return { outcome: judged, upstream };
  }
  const outcome = await ask(clock, connection, {
    method: 'initialize',
    params: { protocolVersion: NEWEST_LEGACY_VERSION, capabilities, clientInfo: ROUTER_INFO },
    timeoutMs,
    signal,
    isUncancellable: true,
    maxBytes: MAX_BYTES,
  });
  if (connection.failure === undefined && isOfModern(outcome)) {
    const found = await discover(connection, parts);
    const judged = judgeDiscovery(connection, found.outcome, timeoutMs);
    if (judged.ok) {
      found.upstream.begin(judged.info);
      return { outcome: judged, upstream: found.upstream };
    }
  }
  const judged = connection.failure === undefined ? judge(outcome, timeoutMs) : failed(connection.failure);
  if (judged.ok) connection.begin(judged.info);
  else connection.close(judged.message);
  return { outcome: judged, upstream: connection };
}

/** A server of a later revision refuses `initialize`, or answers it in a revision that has none. */
function isOfModern(outcome: BuiltinOutcome): boolean {
  if (outcome.kind === 'error') return mayBeModern(outcome.code);
  return outcome.kind === 'result' && isModernVersion(outcome.result['protocolVersion']);
}

async function discover(
  connection: Connection,
  { clock, capabilities, timeoutMs, signal }: ConnectParts,
): Promise<{ readonly upstream: ModernUpstream; readonly outcome: BuiltinOutcome }> {
  const upstream = new ModernUpstream(connection, { clock, capabilities });
  const once = (): Promise<BuiltinOutcome> =>
    ask(clock, upstream, { method: 'server/discover', params: {}, timeoutMs, signal, maxBytes: MAX_BYTES });
  const outcome = await once();
  // It names the revision that it was asked in among those that it speaks: it may have changed its mind.
  const speaksIt = outcome.kind === 'error' && namesModern(outcome.data);
  return { upstream, outcome: speaksIt ? await once() : outcome };
}

function namesModern(data: unknown): boolean {
  const supported = isMap(data) ? data['supported'] : undefined;
  return Array.isArray(supported) && supported.includes(MODERN_VERSION);
}

function judgeDiscovery(connection: Connection, outcome: BuiltinOutcome, timeoutMs: number): ConnectOutcome {
  if (connection.failure !== undefined) return failed(connection.failure);
  if (outcome.kind !== 'result') return refusal(outcome, 'server/discover', timeoutMs);
  const info = readDiscovery(outcome.result);
  if (info === undefined) return mismatch(outcome.result['supportedVersions']);
  return { ok: true, info: { ...info, ...readClaims(info) } };
}

function failed({ code, message, hint, brief, bare, retryAfterMs }: ConnectFailure): ConnectOutcome {
  return { ok: false, code, message, ...defined({ hint, brief, bare, retryAfterMs }) };
}

function judge(outcome: BuiltinOutcome, timeoutMs: number): ConnectOutcome {
  if (outcome.kind !== 'result') return refusal(outcome, 'initialize', timeoutMs);
  const { protocolVersion } = outcome.result;
  if (!isKnownVersion(protocolVersion)) return mismatch(protocolVersion);
  return { ok: true, info: readInfo(protocolVersion, outcome.result) };
}

function mismatch(theirs: unknown): ConnectOutcome {
  return {
    ok: false,
    code: 'VERSION_MISMATCH',
    message: `the server speaks protocol revision ${theirs === undefined ? 'none' : cutText(JSON.stringify(theirs), 100)}, mcptui speaks ${[...MODERN_VERSIONS, ...LEGACY_VERSIONS].join(', ')}`,
  };
}

function refusal(
  outcome: Exclude<BuiltinOutcome, { readonly kind: 'result' }>,
  method: string,
  timeoutMs: number,
): ConnectOutcome {
  switch (outcome.kind) {
    case 'error':
      return {
        ok: false,
        code: 'INITIALIZE_ERROR',
        message: `${method} was answered with error ${outcome.code}: ${outcome.message}`,
      };
    case 'too-large':
      return { ok: false, code: 'INITIALIZE_ERROR', message: `${method}: ${outcome.message}` };
    case 'timeout':
      return {
        ok: false,
        code: 'INITIALIZE_TIMEOUT',
        message: `${method} was not answered within ${timeWords(timeoutMs)}`,
      };
    case 'refused':
      return { ok: false, code: 'INITIALIZE_ERROR', message: `${method}: ${outcome.message}` };
    case 'lost':
      return { ok: false, code: 'LOST', message: `the stream ended before ${method} was answered` };
    case 'aborted':
      return { ok: false, code: 'LOST', message: 'the connection was called off' };
  }
}

function readInfo(protocolVersion: string, result: WireMap): UpstreamInfo {
  const instructions = stringAt(result, 'instructions');
  return {
    protocolVersion,
    ...readClaims(result),
    ...(instructions === undefined ? {} : { instructions }),
  };
}
