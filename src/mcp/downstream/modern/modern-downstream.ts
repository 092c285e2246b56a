/**
 * Stands for an agent of 2026-07-28 in front of a session of the router, which knows nothing of that revision: requests
 * lose what they say of their sender, answers get what the revision wants, and what a server says by itself goes where
 * the agent asked for it.
 */
import type { Clock } from '../../../kernel/clock.ts';
import { cutName } from '../../../kernel/foreign.ts';
import { isMap, mapAt, stringAt, type WireId, type WireMap } from '../../wire/message.ts';
import type { ReplySink } from '../../wire/reply-sink.ts';
import { errorLine, RPC, type RpcError } from '../../wire/rpc-errors.ts';
import type { LinkReceiver, SessionLink } from '../session-link.ts';
import { anyIdText, idText } from '../../wire/wire-id.ts';
import { LOG_LEVELS } from '../../eras/legacy.ts';
import { META, REMOVED_METHODS, type Envelope } from '../../eras/modern.ts';
import { ModernCall, type CallOwner } from './modern-call.ts';
import { ModernListens } from './modern-listens.ts';
import type { ModernReply } from './modern-reply.ts';

/** Calls that wait for the agent's answers; a server that asks beyond this is refused. */
const MAX_HELD_CALLS = 32;

export interface ModernParts {
  readonly clock: Clock;
  /** Something that nobody can guess. */
  readonly nonce: () => string;
  /** The server that answers name as their sender. */
  readonly serverInfo: () => object;
  /** The schema of a tool's arguments as this session sees it. */
  readonly toolSchema: (sessionId: string, tool: string) => WireMap | undefined;
  readonly closed?: () => void;
}

/** Ends the request whose reply nobody reads any more. Idempotent. */
export type Cancel = (reason: string | undefined) => void;

const nobody: ReplySink = { send() {} };

export class ModernDownstream implements SessionLink, CallOwner {
  readonly clock: Clock;
  readonly nonce: () => string;
  readonly #serverInfo: () => object;
  readonly #toolSchema: ModernParts['toolSchema'];
  readonly #closed: (() => void) | undefined;
  readonly #calls = new Map<number, ModernCall>();
  readonly #listens = new ModernListens((uri, isWanted) => this.#subscribe(uri, isWanted));
  #receiver: LinkReceiver | undefined;
  #nextId = 1;
  #introduced = '';
  /** When it asked for something last, or had its answer. */
  #usedMs: number;
  /** As servers were told. */
  #logLevel: string | undefined;

  constructor(parts: ModernParts) {
    this.clock = parts.clock;
    this.nonce = parts.nonce;
    this.#serverInfo = parts.serverInfo;
    this.#toolSchema = parts.toolSchema;
    this.#closed = parts.closed;
    this.#usedMs = parts.clock.monotonicMs();
  }

  get serverInfo(): object {
    return this.#serverInfo();
  }

  /** Over HTTP: since when it asks for nothing and listens to nothing. */
  get aloneSinceMs(): number | undefined {
    return this.#closed !== undefined && this.isQuiet ? this.#usedMs : undefined;
  }

  get isQuiet(): boolean {
    return this.#calls.size === 0 && this.#listens.size === 0;
  }

  /** Undefined while the list of tools is not known. */
  toolSchema(tool: string): WireMap | undefined {
    return this.#receiver === undefined ? undefined : this.#toolSchema(this.#receiver.id, tool);
  }

  open(receiver: LinkReceiver): void {
    this.#receiver = receiver;
  }

  /** Ends the session. */
  end(reason: string): void {
    this.#receiver?.end(reason);
  }

  /** Counts a request that no stream brought among the session's turns. */
  turn<T>(work: () => T): T {
    return this.#receiver === undefined ? work() : this.#receiver.flow.turn(work);
  }

  /** Serves a request whose envelope has been read. `message` is ours to change. */
  request(message: WireMap, envelope: Envelope, bytes: number, reply: ModernReply): Cancel {
    const id = message['id'] as WireId;
    const method = stringAt(message, 'method') ?? '';
    if (REMOVED_METHODS.has(method)) {
      const error = { code: RPC.methodNotFound, message: `Method not found: ${cutName(method)}` };
      reply.send(errorLine(idText(id), error), 404);
      return () => undefined;
    }
    this.#introduce(envelope);
    this.#usedMs = this.clock.monotonicMs();
    const params = isMap(message['params']) ? message['params'] : undefined;
    if (method === 'subscriptions/listen') return this.#listen(id, params, reply);
    if (typeof params?.['requestState'] === 'string') return this.#retry(message, params['requestState'], reply);
    this.#wantLogs(envelope.logLevel);
    const innerId = this.#nextId++;
    const call = new ModernCall(this, innerId, message, reply, envelope.logLevel);
    this.#calls.set(innerId, call);
    const inner = { ...message, id: innerId, ...(params === undefined ? {} : { params: withoutEnvelope(params) }) };
    this.#receiver?.message(inner, bytes, call);
    return (reason) => {
      if (!call.isHeld) call.cancel(reason);
    };
  }

  notification(message: WireMap, bytes: number): void {
    this.#receiver?.message(message, bytes, nobody);
  }

  /** Whether a call of this agent waits for what comes with this state. */
  holds(state: string): boolean {
    return this.#byState(state) !== undefined;
  }

  send(message: string | readonly Buffer[], related?: WireId): void {
    this.notify(typeof message === 'string' ? message : Buffer.concat(message).toString('utf8'), related);
  }

  notify(text: string, related?: WireId): void {
    const message = JSON.parse(text) as WireMap;
    const { id, method } = message;
    const call = typeof related === 'number' ? this.#calls.get(related) : undefined;
    if (typeof id === 'number') return this.#ask(call, id, message);
    if (this.#listens.change(message)) return;
    if (method === 'notifications/cancelled') {
      const requestId = mapAt(message, 'params')?.['requestId'];
      if (typeof requestId === 'number') call?.withdraw(requestId);
    } else if (method !== 'notifications/message' || passes(call?.logLevel, mapAt(message, 'params')?.['level'])) {
      call?.event(text);
    }
  }

  close(): void {
    const error: RpcError = { code: RPC.unavailable, message: 'the session has ended' };
    for (const call of this.#calls.values()) call.fail(error);
    this.#listens.close(this.serverInfo);
    this.#closed?.();
  }

  ended(call: ModernCall): void {
    this.#calls.delete(call.innerId);
    this.#usedMs = this.clock.monotonicMs();
  }

  answered(requestId: number, result: WireMap): void {
    this.#receiver?.text(JSON.stringify({ jsonrpc: '2.0', id: requestId, result }), nobody);
  }

  refused(requestId: number): void {
    const error = { code: RPC.internalError, message: 'the call has ended before the client answered' };
    this.#receiver?.text(errorLine(String(requestId), error), nobody);
  }

  cancel(call: ModernCall, reason: string | undefined): void {
    if (!this.#calls.has(call.innerId)) return;
    const params = { requestId: call.innerId, ...(reason === undefined ? {} : { reason }) };
    this.notification({ jsonrpc: '2.0', method: 'notifications/cancelled', params }, 0);
    this.#calls.delete(call.innerId);
  }

  #introduce({ version, capabilities, clientInfo }: Envelope): void {
    const text = JSON.stringify([version, capabilities, clientInfo]);
    if (text === this.#introduced) return;
    this.#introduced = text;
    this.#receiver?.introduce({ version, capabilities, clientInfo });
  }

  #listen(id: WireId, params: WireMap | undefined, reply: ModernReply): Cancel {
    const outcome = this.#listens.begin(id, params, reply);
    if (typeof outcome === 'function') return outcome;
    reply.send(errorLine(idText(id), { code: RPC.invalidParams, message: `Invalid params: ${outcome}` }), 200);
    return () => undefined;
  }

  #retry(message: WireMap, state: string, reply: ModernReply): Cancel {
    const call = this.#byState(state);
    const unknown: RpcError = {
      code: RPC.invalidParams,
      message: 'Invalid params: requestState is unknown or too old',
    };
    const error = call === undefined ? unknown : call.retry(message, reply);
    if (call === undefined || error !== undefined) {
      reply.send(errorLine(anyIdText(message['id']), error ?? unknown), 200);
      return () => undefined;
    }
    return (reason) => {
      if (!call.isHeld) call.cancel(reason);
    };
  }

  #byState(state: string): ModernCall | undefined {
    for (const call of this.#calls.values()) if (call.isHeld && call.state === state) return call;
    return undefined;
  }

  /** A server's request becomes part of the call's result; what belongs to no call reaches nobody. */
  #ask(call: ModernCall | undefined, id: number, request: WireMap): void {
    const asking = [...this.#calls.values()].filter((other) => other !== call && other.isAsking).length;
    if (call !== undefined && asking < MAX_HELD_CALLS) return call.ask(id, request);
    const why = call === undefined ? 'no call is in flight' : `${asking} calls wait for the client already`;
    const error = { code: RPC.internalError, message: `the client cannot be asked: ${why}` };
    this.#receiver?.text(errorLine(String(id), error), nobody);
  }

  #subscribe(uri: string, isWanted: boolean): void {
    const method = isWanted ? 'resources/subscribe' : 'resources/unsubscribe';
    this.#receiver?.message({ jsonrpc: '2.0', id: this.#nextId++, method, params: { uri } }, 0, nobody);
  }

  /** Servers are told the most verbose level that was asked for; what each request gets is decided by its own. */
  #wantLogs(level: string | undefined): void {
    const rank = LOG_LEVELS.indexOf(level ?? '');
    const isTold = this.#logLevel !== undefined && LOG_LEVELS.indexOf(this.#logLevel) <= rank;
    if (rank === -1 || isTold) return;
    this.#logLevel = level;
    const message = { jsonrpc: '2.0', id: this.#nextId++, method: 'logging/setLevel', params: { level } };
    this.#receiver?.message(message, 0, nobody);
  }
}

/** Whether a message of `level` may be sent to who wants `wanted` and above; who has said nothing wants none. */
function passes(wanted: string | undefined, level: unknown): boolean {
  if (wanted === undefined) return false;
  const rank = typeof level === 'string' ? LOG_LEVELS.indexOf(level) : -1;
  return rank === -1 || rank >= LOG_LEVELS.indexOf(wanted);
}

/** What only this revision's transport knows must not reach a server as an argument. */
function withoutEnvelope(params: WireMap): WireMap {
  const { _meta: meta, inputResponses: _, ...rest } = params;
  const own = isMap(meta) ? Object.entries(meta).filter(([key]) => !ENVELOPE_KEYS.has(key)) : [];
  return own.length === 0 ? rest : { ...rest, _meta: Object.fromEntries(own) };
}

const ENVELOPE_KEYS: ReadonlySet<string> = new Set(Object.values(META));
