/** Probes an instance: a request on the path that agents' calls take, past every cache. */
import { createHash } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import type { Json } from '../../kernel/json.ts';
import { timeWords } from '../../kernel/time-words.ts';
import { LISTS } from '../lists/list-cache.ts';
import { offers } from '../lists/list-fetch.ts';
import type { WireMap } from '../wire/message.ts';
import { ask, type BuiltinOutcome, type BuiltinRequest } from '../upstream/router-request.ts';
import { RPC } from '../wire/rpc-errors.ts';
import { failureOfMessage } from '../wire/call-failure.ts';
import type { ProbeOutcome, ProbeRequest } from '../types/server.ts';
import { quoted } from '../wire/server-text.ts';
import type { Upstream } from '../upstream/upstream.ts';

/** Marks a probe for the server, which may leave it out of its own statistics. */
export const PROBE_META_KEY = 'io.mcptui/probe';

/** For texts that are cut already. Servers on the SDK answer for a tool that they do not have with a result of this text, or with -32602. */
const UNKNOWN_TOOL = /unknown tool|tool [^\n]{0,200} not found|no such tool/i;

/** The first of these that a server has. */
const PROBED = ['tools', 'resources', 'prompts'] as const;

/** Never rejects; an abort counts as lost. */
export async function probe(
  clock: Clock,
  upstream: Upstream,
  request: ProbeRequest,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const startedMs = clock.monotonicMs();
  const outcome = await ask(clock, upstream, {
    ...wireRequest(upstream, request),
    timeoutMs: request.timeoutMs,
    signal,
  });
  const durationMs = clock.monotonicMs() - startedMs;
  return { durationMs, ...judge(outcome, request, upstream.mask) };
}

function wireRequest(upstream: Upstream, request: ProbeRequest): Pick<BuiltinRequest, 'method' | 'params' | 'isProbe'> {
  const _meta = { [PROBE_META_KEY]: true };
  if (request.tool !== undefined) {
    const args: { readonly [key: string]: Json } = request.args ?? {};
    return { method: 'tools/call', params: { name: request.tool, arguments: args, _meta }, isProbe: true };
  }
  const list = PROBED.find((kind) => offers(upstream, kind));
  return { method: list === undefined ? 'ping' : LISTS[list].method, params: { _meta } };
}

type Judgement =
  | { readonly ok: true; readonly tools?: number; readonly digest?: string }
  | {
      readonly ok: false;
      readonly code: Extract<ProbeOutcome, { ok: false }>['code'];
      readonly message: string;
      readonly retryAfterMs?: number;
    };

function judge(outcome: BuiltinOutcome, request: ProbeRequest, mask: Upstream['mask']): Judgement {
  switch (outcome.kind) {
    case 'result':
      return request.tool === undefined ? listed(outcome.result) : called(outcome.result, mask);
    case 'error': {
      const isUnknown =
        request.tool !== undefined && (outcome.code === RPC.invalidParams || outcome.code === RPC.methodNotFound);
      const code = isUnknown && UNKNOWN_TOOL.test(outcome.message) ? 'PROBE_UNKNOWN_TOOL' : 'PROBE_RPC_ERROR';
      return { ok: false, code, message: `${outcome.code} ${outcome.message}` };
    }
    case 'too-large':
      return { ok: false, code: 'PROBE_RPC_ERROR', message: outcome.message };
    case 'timeout':
      return { ok: false, code: 'PROBE_TIMEOUT', message: `no answer within ${timeWords(request.timeoutMs)}` };
    case 'refused': {
      const { code, message, retryAfterMs } = outcome;
      const isLimited = retryAfterMs !== undefined;
      return isLimited
        ? { ok: false, code: 'PROBE_RATE_LIMITED', message, retryAfterMs }
        : { ok: false, code: 'PROBE_REFUSED', message: `${code}: ${message}` };
    }
    case 'lost':
      return { ok: false, code: 'PROBE_LOST', message: outcome.message };
    case 'aborted':
      return { ok: false, code: 'PROBE_LOST', message: 'the probe was called off' };
  }
}

function listed(result: WireMap): Judgement {
  const { tools } = result;
  if (!Array.isArray(tools)) return { ok: true };
  return { ok: true, tools: tools.length, digest: createHash('sha256').update(JSON.stringify(tools)).digest('base64') };
}

function called(result: WireMap, mask: Upstream['mask']): Judgement {
  const failure = failureOfMessage({ result });
  if (failure === undefined) return { ok: true };
  const message = quoted(failure.error, mask);
  return { ok: false, code: UNKNOWN_TOOL.test(message) ? 'PROBE_UNKNOWN_TOOL' : 'PROBE_TOOL_ERROR', message };
}
