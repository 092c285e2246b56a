/** Relays one call of an agent to a server, and its answer back. */
import { parseLarge } from '../wire/answers.ts';
import type { CallParts } from './call-parts.ts';
import { stringifySourced, withMember } from '../wire/json-source.ts';
import { mapAt, type WireId, type WireMap } from '../wire/message.ts';
import { withLeaseNote } from '../traffic/lease-notes.ts';
import type { Project } from '../projects/project.ts';
import { mapResultUris, needsUriLook } from './result-uris.ts';
import type { ReplySink } from '../wire/reply-sink.ts';
import { RPC, answerLine, errorLine, type RpcError } from '../wire/rpc-errors.ts';
import type { InFlight } from '../downstream/in-flight.ts';
import type { Session } from '../downstream/session.ts';
import { failureOf } from '../wire/call-failure.ts';
import { type Trace } from './tracing.ts';
import type { RoutedServer } from '../types/server.ts';
import type { Answer } from '../wire/outcome.ts';
import type { PendingCall, Upstream } from '../upstream/upstream.ts';
import { anyIdText, idText } from '../wire/wire-id.ts';

export interface RelayRequest {
  readonly parts: CallParts;
  readonly session: Session;
  readonly sink: ReplySink;
  /** Ours to change: names and URIs are the upstream's already. */
  readonly message: WireMap;
  readonly method: string;
  /** Present for `tools/call`. */
  readonly trace?: Trace | undefined;
  /** Other servers to ask, one after the other, when this one answers with an error. */
  readonly alternatives?: string[] | undefined;
  /** The call has ended; `isGood` when it was answered with a result. */
  readonly onEnd?: ((isGood: boolean, upstream: Upstream) => void) | undefined;
}

/** Sends a request on to `upstream` and its answer back, with the agent's own id and progress token. */
export function relay(upstream: Upstream, request: RelayRequest): void {
  new RelayCall(upstream, request).start();
}

class RelayCall implements PendingCall, InFlight {
  readonly sessionId: string;
  readonly requestId: WireId;
  readonly isProbe = false;
  readonly #request: RelayRequest;
  readonly #idText: string;
  readonly #token: unknown;
  #upstream: Upstream;
  #upstreamId = 0;
  readonly #startedMs: number;
  /** When the server was heard of this call last. */
  #aliveMs: number;
  /** The audit knows that it takes long. */
  #isTold = false;
  #firstError: string | readonly Buffer[] | undefined;
  #isOver = false;

  constructor(upstream: Upstream, request: RelayRequest) {
    const { session, message } = request;
    this.#request = request;
    this.sessionId = session.id;
    this.requestId = message['id'] as WireId;
    this.#idText = idText(this.requestId);
    this.#token = mapAt(message['params'], '_meta')?.['progressToken'];
    this.#upstream = upstream;
    this.#startedMs = request.parts.core.clock.monotonicMs();
    this.#aliveMs = this.#startedMs;
  }

  get sinceMs(): number {
    return this.#startedMs;
  }

  start(): void {
    const { session, parts, message } = this.#request;
    const upstream = this.#upstream;
    session.inFlight.set(this.requestId, this);
    parts.counted(session);
    parts.used.add(upstream);
    session.deadlines.by(this.#nextLookMs());
    // A limit of the server's own is only fair when the server can say that it is at work.
    const wantsProgress = parts.registry.pool(upstream.server)?.routed?.callTimeouts?.idleMs !== undefined;
    this.#upstreamId = upstream.request(message, this, { wantsProgress });
  }

  get capabilities(): WireMap {
    return this.#request.session.capabilities;
  }

  progress(params: WireMap): void {
    this.#aliveMs = this.#request.parts.core.clock.monotonicMs();
    // A token that the agent did not ask for only serves the idle timeout.
    if (this.#token === undefined) return;
    delete params['progressToken'];
    const told = withMember(stringifySourced(params), 'progressToken', anyIdText(this.#token));
    const text = `{"jsonrpc":"2.0","method":"notifications/progress","params":${told}}`;
    this.#request.session.notify(text, this.requestId);
  }

  settle(answer: Answer): void {
    const { session, sink, trace, alternatives } = this.#request;
    if (session.isEnded || this.#isOver) return;
    const out = this.#output(answer);
    const isError = answer.kind === 'failed' || answer.isError;
    if (isError && alternatives !== undefined) {
      this.#firstError ??= out;
      const next = alternatives.shift();
      if (next !== undefined) return this.#askNext(next);
    }
    this.#isOver = true;
    sink.send(isError ? (this.#firstError ?? out) : out);
    // After the write that the line above has asked for: the audit is not on the agent's time.
    if (trace !== undefined) queueMicrotask(() => this.#trace(answer, trace));
    this.#request.onEnd?.(!isError, this.#upstream);
    session.settled(this.requestId);
  }

  cancel(reason: string | undefined): void {
    const { session, sink, trace } = this.#request;
    this.#isOver = true;
    this.#upstream.cancel(this.#upstreamId, reason);
    sink.skip?.();
    trace?.end('cancelled', {
      bytes: 0,
      instanceId: this.#upstream.id,
      ...(reason === undefined ? {} : { error: reason }),
    });
    this.#request.onEnd?.(false, this.#upstream);
    session.settled(this.requestId);
  }

  #askNext(server: string): void {
    const { parts, session, message } = this.#request;
    const unknown: RpcError = { code: RPC.unavailable, message: `server ${server} is gone` };
    const receive = (outcome: Upstream | RpcError): void => {
      if (this.#isOver) return;
      if ('code' in outcome) return this.settle({ kind: 'failed', error: outcome, isLost: false });
      this.#upstream = outcome;
      this.#upstreamId = outcome.request(message, this);
    };
    const pool = parts.registry.pool(server);
    if (pool === undefined) receive(unknown);
    else pool.acquire(session, receive);
  }

  #output(answer: Answer): string | readonly Buffer[] {
    if (answer.kind === 'failed') return errorLine(this.#idText, answer.error);
    const { parts, session, method } = this.#request;
    const { server } = this.#upstream;
    const project = parts.registry.project(session.project);
    if (answer.kind === 'small') {
      const key = answer.isError ? 'error' : 'result';
      const isChanged = this.#look(project, answer.message);
      const text = isChanged ? JSON.stringify(answer.message[key]) : answer.bodyText;
      if (answer.isError || session.leaseNotes.size === 0) return answerLine(this.#idText, key, text);
      return answerLine(this.#idText, key, withLeaseNote(session, server, answer.message[key], text) ?? text);
    }
    if (needsUriLook(method, project) && project.viewOf(session).resources.mapped.has(server)) {
      const message = parseLarge(answer);
      const isChanged = mapResultUris(project.viewOf(session), server, method, message);
      if (isChanged) return answerLine(this.#idText, 'result', JSON.stringify(message['result']));
    }
    return answer.withId(this.#idText);
  }

  /** Learns and maps what a short answer names; true when the answer is another one now. */
  #look(project: Project, message: WireMap): boolean {
    const { parts, session, method, message: asked } = this.#request;
    const { server } = this.#upstream;
    let isChanged = false;
    if (needsUriLook(method, project)) isChanged = mapResultUris(project.viewOf(session), server, method, message);
    const isTask = mapAt(asked['params'], 'task') !== undefined;
    if (isTask) parts.tasks.learn(session, server, message);
    if (isTask || method.startsWith('tasks/')) isChanged = parts.tasks.expose(session, server, message) || isChanged;
    parts.elicitations.learnFrom(message, server, session);
    return isChanged;
  }

  #trace(answer: Answer, trace: Trace): void {
    const instanceId = this.#upstream.id;
    if (answer.kind === 'failed') {
      const { code, message } = answer.error;
      trace.end(answer.isLost ? 'lost' : 'rpc-error', { bytes: 0, instanceId, error: `${code} ${message}` });
      return;
    }
    const bytes = answer.kind === 'small' ? Buffer.byteLength(answer.text) : answer.bytes;
    const failure = failureOf(answer);
    if (failure === undefined) trace.end('ok', { bytes, instanceId });
    else trace.end(failure.outcome, { bytes, instanceId, error: failure.error });
  }

  look(nowMs: number): number {
    const { idleMs, ceilingMs } = this.#limits;
    if (nowMs >= this.#tellMs) {
      this.#isTold = true;
      this.#request.trace?.open(this.#upstream.id);
    }
    // A server that asks the agent's client waits for a person.
    if (this.#isAsking()) this.#aliveMs = nowMs;
    if (nowMs - this.#startedMs >= ceilingMs) this.#timeOut(ceilingMs);
    else if (nowMs - this.#aliveMs >= idleMs) this.#timeOut(idleMs);
    return this.#isOver ? Infinity : this.#nextLookMs();
  }

  /** What progress has put off is found when it would have been due. */
  #nextLookMs(): number {
    const { idleMs, ceilingMs } = this.#limits;
    return Math.min(this.#aliveMs + idleMs, this.#startedMs + ceilingMs, this.#tellMs);
  }

  get #tellMs(): number {
    return this.#isTold || this.#request.trace === undefined ? Infinity : this.#startedMs + TELL_OPEN_MS;
  }

  get #limits(): { readonly idleMs: number; readonly ceilingMs: number } {
    return callTimeouts(this.#request.parts.registry.pool(this.#upstream.server)?.routed);
  }

  #isAsking(): boolean {
    for (const { upstream } of this.#request.session.serverRequests.values())
      if (upstream === this.#upstream) return true;
    return false;
  }

  #timeOut(ms: number): void {
    const { session, sink, trace } = this.#request;
    if (session.inFlight.get(this.requestId) !== this) return;
    this.#isOver = true;
    const error: RpcError = {
      code: RPC.timeout,
      message: `server ${this.#upstream.server} did not answer within ${ms} ms`,
      data: { server: this.#upstream.server, timeoutMs: ms },
    };
    this.#upstream.cancel(this.#upstreamId, 'the router gave up waiting');
    sink.send(errorLine(this.#idText, error));
    trace?.end('timeout', { bytes: 0, instanceId: this.#upstream.id, error: `${error.code} ${error.message}` });
    this.#request.onEnd?.(false, this.#upstream);
    session.settled(this.requestId);
  }
}

/** Where the definition says nothing. A call must end some day: it holds an instance. */
const IDLE_MS = 5 * 60_000;
const CEILING_MS = 60 * 60_000;
/** The audit is told of a call that has no answer after this. */
const TELL_OPEN_MS = 60_000;

function callTimeouts(routed: RoutedServer | undefined): { readonly idleMs: number; readonly ceilingMs: number } {
  const { idleMs = IDLE_MS, ceilingMs = CEILING_MS } = routed?.callTimeouts ?? {};
  return { idleMs, ceilingMs: Math.max(idleMs, ceilingMs) };
}
