/** Relays one call of an agent to a server, and its answer back. */
import { timeWords } from '../../kernel/time-words.ts';
import { answerText } from './answer-text.ts';
import { seenAnswer, bytesOf } from './seen-answer.ts';
import type { Incoming } from './incoming.ts';
import type { ToolCall } from './tool-call.ts';
import { givenAnswer, parseLarge } from '../wire/answers.ts';
import type { CallParts } from './call-parts.ts';
import { callTimeouts, TELL_OPEN_MS, type CallTimeouts } from './call-timeouts.ts';
import { stringifySourced, withMember } from '../wire/json-source.ts';
import { mapAt, stringAt, type WireId, type WireMap } from '../wire/message.ts';
import { withLeaseNote } from '../traffic/lease-notes.ts';
import type { Project } from '../projects/project.ts';
import { isPlain, LongAnswer, longResult } from './long-answer.ts';
import { withNote, withNoteInLarge } from './note-block.ts';
import type { OtherResult } from './result-stage.ts';
import { mapResultUris, needsUriLook } from './result-uris.ts';
import { RPC, answerLine, errorLine, type RpcError, INTERNAL } from '../wire/rpc-errors.ts';
import type { InFlight } from '../downstream/in-flight.ts';
import type { Session } from '../downstream/session.ts';
import { failureOf } from '../wire/call-failure.ts';
import type { AnswerTrace } from '../types/observer.ts';
import type { Answer } from '../wire/outcome.ts';
import type { PendingCall, Upstream } from '../upstream/upstream.ts';
import { anyIdText, idText } from '../wire/wire-id.ts';

export interface RelayRequest {
  readonly parts: CallParts;
  /** Its message is ours to change: names and URIs are the upstream's already. */
  readonly incoming: Incoming;
  /** Present for `tools/call`. */
  readonly call?: ToolCall | undefined;
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
  readonly #session: Session;
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
    const { session, message } = request.incoming;
    this.#request = request;
    this.#session = session;
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
    const { parts, incoming } = this.#request;
    const session = this.#session;
    const upstream = this.#upstream;
    session.inFlight.set(this.requestId, this);
    parts.counted(session);
    parts.used.add(upstream);
    session.deadlines.by(this.#nextLookMs());
    // A limit of the server's own is only fair when the server can say that it is at work.
    const wantsProgress = parts.registry.pool(upstream.server)?.routed?.callTimeouts?.idleMs !== undefined;
    this.#upstreamId = upstream.request(incoming.message, this, { wantsProgress });
  }

  get capabilities(): WireMap {
    return this.#session.capabilities;
  }

  progress(params: WireMap): void {
    this.#aliveMs = this.#request.parts.core.clock.monotonicMs();
    // A token that the agent did not ask for only serves the idle timeout.
    if (this.#token === undefined) return;
    delete params['progressToken'];
    const told = withMember(stringifySourced(params), 'progressToken', anyIdText(this.#token));
    const text = `{"jsonrpc":"2.0","method":"notifications/progress","params":${told}}`;
    this.#session.notify(text, this.requestId);
  }

  settle(answer: Answer): void {
    const { call, alternatives } = this.#request;
    if (this.#session.isEnded || this.#isOver) return;
    const judged = call === undefined || call.stages.after.length === 0 ? undefined : this.#judged(call, answer);
    const isError = answer.kind === 'failed' || answer.isError;
    if (judged === undefined && !isError && this.#waitsForStage(answer)) return;
    const out = judged ?? this.#output(answer);
    if (isError && alternatives !== undefined) {
      this.#firstError ??= out;
      const next = alternatives.shift();
      if (next !== undefined) return this.#askNext(next);
    }
    this.#isOver = true;
    this.#send(isError ? (this.#firstError ?? out) : out, answer);
    this.#request.onEnd?.(!isError, this.#upstream);
    this.#session.settled(this.requestId);
  }

  #send(out: string | readonly Buffer[], answer: Answer, pages?: AnswerTrace): void {
    const { incoming, call } = this.#request;
    incoming.sink.send(out);
    // After the write that the line above has asked for: the audit is not on the agent's time.
    if (call !== undefined) queueMicrotask(() => this.#ended(answer, call, pages));
  }

  /** The server has done its part; what the agent gets of a long result may take a moment longer. */
  #waitsForStage(answer: Answer): boolean {
    const { parts, incoming, call, onEnd } = this.#request;
    const stage = parts.stages.ofResults(this.#session);
    if (stage === undefined) return false;
    const result = longResult(incoming, call?.tool ?? this.#toolOfTask, this.#upstream.server, answer);
    if (result === undefined || !stage.wants(result) || !isPlain(answer)) return false;
    this.#isOver = true;
    onEnd?.(true, this.#upstream);
    const done = (other: OtherResult): void => {
      const given = other.kind === 'same' ? answer : givenAnswer(other.text);
      this.#send(this.#output(given), answer, other.trace);
      this.#session.settled(this.requestId);
    };
    const { id: instanceId } = this.#upstream;
    const [id, sinceMs] = [this.requestId, this.#startedMs];
    new LongAnswer({ parts, incoming, call, stage, result, done, id, instanceId, sinceMs }).start();
    return true;
  }

  /** The request is about a task that this tool has made. */
  get #toolOfTask(): string | undefined {
    const { parts, incoming } = this.#request;
    const id = stringAt(incoming.params, 'taskId');
    return id === undefined ? undefined : parts.tasks.toolOf(this.#session, this.#upstream.server, id);
  }

  cancel(reason: string | undefined): void {
    const { incoming, call } = this.#request;
    this.#isOver = true;
    this.#upstream.cancel(this.#upstreamId, reason);
    incoming.sink.skip?.();
    call?.end({ outcome: 'cancelled', bytes: 0, instanceId: this.#upstream.id, error: reason });
    this.#request.onEnd?.(false, this.#upstream);
    this.#session.settled(this.requestId);
  }

  #askNext(server: string): void {
    const { parts, incoming } = this.#request;
    const unknown: RpcError = { code: RPC.unavailable, message: `server ${server} is gone` };
    const receive = (outcome: Upstream | RpcError): void => {
      if (this.#isOver) return;
      if ('code' in outcome) return this.settle({ kind: 'failed', error: outcome, isLost: false });
      this.#upstream = outcome;
      this.#upstreamId = outcome.request(incoming.message, this);
    };
    const pool = parts.registry.pool(server);
    if (pool === undefined) receive(unknown);
    else pool.acquire(this.#session, receive);
  }

  #output(answer: Answer): string | readonly Buffer[] {
    if (answer.kind === 'failed') return errorLine(this.#idText, answer.error);
    const { incoming, call } = this.#request;
    const { method } = incoming;
    const session = this.#session;
    const { server } = this.#upstream;
    const project = this.#request.parts.registry.project(session.project);
    if (answer.kind === 'small') {
      const key = answer.isError ? 'error' : 'result';
      const isChanged = this.#look(project, answer.message);
      const text = isChanged ? JSON.stringify(answer.message[key]) : answer.bodyText;
      if (answer.isError) return answerLine(this.#idText, key, text);
      const told = session.leaseNotes.size === 0 ? text : withLeaseNote(session, server, answer.message[key], text);
      return answerLine(this.#idText, key, withNote(session, call, told ?? text));
    }
    if (needsUriLook(method, project) && project.viewOf(session).resources.mapped.has(server)) {
      const message = parseLarge(answer);
      const isChanged = mapResultUris(project.viewOf(session), server, method, message);
      const text = JSON.stringify(message['result']);
      if (isChanged) return answerLine(this.#idText, 'result', withNote(session, call, text));
    }
    const noted = withNoteInLarge(session, call, answer);
    return noted === undefined ? answer.withId(this.#idText) : answerLine(this.#idText, 'result', noted);
  }

  /** Learns and maps what a short answer names; true when the answer is another one now. */
  #look(project: Project, message: WireMap): boolean {
    const { parts, incoming } = this.#request;
    const { method, params } = incoming;
    const session = this.#session;
    const { server } = this.#upstream;
    let isChanged = false;
    if (needsUriLook(method, project)) isChanged = mapResultUris(project.viewOf(session), server, method, message);
    const isTask = mapAt(params, 'task') !== undefined;
    if (isTask) parts.tasks.learn(session, server, message, this.#request.call?.tool);
    if (isTask || method.startsWith('tasks/')) isChanged = parts.tasks.expose(session, server, message) || isChanged;
    parts.elicitations.learnFrom(message, server, session);
    return isChanged;
  }

  /** What the stages make of the answer; undefined leaves it as it is. */
  #judged(call: ToolCall, answer: Answer): string | undefined {
    const { incoming, parts } = this.#request;
    const seen = seenAnswer(answer, this.#upstream.id, call.stages.readsBody);
    try {
      for (const stage of call.stages.after) {
        const other = stage.after?.(call, seen);
        if (other !== undefined) return answerText(incoming.idText, other);
      }
    } catch (error) {
      parts.core.bugs.report('a stage of an answer', error);
      return errorLine(incoming.idText, INTERNAL);
    }
    return undefined;
  }

  #ended(answer: Answer, call: ToolCall, pages: AnswerTrace | undefined): void {
    const instanceId = this.#upstream.id;
    if (answer.kind === 'failed') {
      const { code, message } = answer.error;
      call.end({ outcome: answer.isLost ? 'lost' : 'rpc-error', bytes: 0, instanceId, error: `${code} ${message}` });
      return;
    }
    const failure = failureOf(answer);
    call.end({ outcome: failure?.outcome ?? 'ok', bytes: bytesOf(answer), instanceId, error: failure?.error, pages });
  }

  look(nowMs: number): number {
    const { idleMs, ceilingMs } = this.#limits;
    if (nowMs >= this.#tellMs) {
      this.#isTold = true;
      this.#request.call?.slow(this.#upstream.id);
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
    return this.#isTold || this.#request.call === undefined ? Infinity : this.#startedMs + TELL_OPEN_MS;
  }

  get #limits(): CallTimeouts {
    return callTimeouts(this.#request.parts.registry.pool(this.#upstream.server)?.routed);
  }

  #isAsking(): boolean {
    for (const { upstream } of this.#session.serverRequests.values()) if (upstream === this.#upstream) return true;
    return false;
  }

  #timeOut(ms: number): void {
    const { incoming, call } = this.#request;
    const session = this.#session;
    if (session.inFlight.get(this.requestId) !== this) return;
    this.#isOver = true;
    const error: RpcError = {
      code: RPC.timeout,
      message: `server ${this.#upstream.server} did not answer within ${timeWords(ms)}`,
      data: { server: this.#upstream.server, timeoutMs: ms },
    };
    this.#upstream.cancel(this.#upstreamId, 'the router gave up waiting');
    incoming.sink.send(errorLine(this.#idText, error));
    const message = `${error.code} ${error.message}`;
    call?.end({ outcome: 'timeout', bytes: 0, instanceId: this.#upstream.id, error: message });
    this.#request.onEnd?.(false, this.#upstream);
    session.settled(this.requestId);
  }
}
