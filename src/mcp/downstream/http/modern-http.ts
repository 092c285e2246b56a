/**
 * Serves modern requests over HTTP. They carry no session, and the router needs one for what it remembers: leases of
 * servers, subscriptions, who was seen doing what. So one is kept for each identity and kind of client, and ends when
 * it is left alone.
 */
import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../../kernel/clock.ts';
import { isModernVersion, readEnvelope, type Envelope } from '../../eras/modern.ts';
import type { ModernDownstream } from '../modern/modern-downstream.ts';
import { headerFault, versionMismatch } from '../modern/modern-headers.ts';
import { paramFault } from '../modern/modern-params.ts';
import { isWireId, mapAt, stringAt, type WireMap } from '../../wire/message.ts';
import { RPC, type RpcError } from '../../wire/rpc-errors.ts';
import type { AgentsFace } from '../agents-face.ts';
import { idText } from '../../wire/wire-id.ts';
import type { HttpCaller } from './http-caller.ts';
import { longestAlone } from './longest-alone.ts';
import { answerForm } from './checks.ts';
import { ModernExchange } from './modern-exchange.ts';
import { refuse, type Refusal } from './refusal.ts';
import { tooManySessions, type HttpSettings } from './settings.ts';

interface Implicit {
  readonly modern: ModernDownstream;
  /** Principal and identity that it belongs to; a client's own words are no part of it. */
  readonly owner: string;
  readonly principal: string;
  connections: number;
  usedMs: number;
}

export class ModernHttp {
  readonly #agents: Pick<AgentsFace, 'openModern'>;
  readonly #clock: Clock;
  readonly #settings: HttpSettings;
  readonly #sessions = new Map<string, Implicit>();
  readonly #open = new Set<ModernExchange>();

  constructor(agents: Pick<AgentsFace, 'openModern'>, clock: Clock, settings: HttpSettings) {
    this.#agents = agents;
    this.#clock = clock;
    this.#settings = settings;
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** Serves a POST of one message. @throws McptuiError from `caller.identity` */
  post(message: WireMap, bytes: number, request: IncomingMessage, response: ServerResponse, caller: HttpCaller): void {
    const { id } = message;
    if (id === undefined) {
      // Cancelling is closing the connection; nothing else that a client tells concerns a server.
      response.writeHead(202).end();
      return;
    }
    if (!isWireId(id))
      return refuse(response, { ...invalid, message: 'Invalid request: id must be a string or a number' });
    const known = idText(id);
    const envelope = readRequest(request, message);
    if ('code' in envelope) return refuse(response, { status: 400, ...envelope }, known);
    const found = this.#session(message, envelope, caller);
    if ('status' in found) return refuse(response, found, known);
    const tool = message['method'] === 'tools/call' ? stringAt(message['params'], 'name') : undefined;
    const schema = tool === undefined ? undefined : found.modern.toolSchema(tool);
    const fault = paramFault(request.headers, message['params'], schema);
    if (fault !== undefined) return refuse(response, { status: 400, ...fault }, known);
    const exchange = new ModernExchange(response, this.#clock.monotonicMs(), answerForm(request.headers));
    this.#open.add(exchange);
    found.connections += 1;
    let cancel: ((reason: string) => void) | undefined;
    response.once('close', () => {
      this.#open.delete(exchange);
      found.connections -= 1;
      found.usedMs = this.#clock.monotonicMs();
      cancel?.('the client disconnected');
    });
    cancel = found.modern.turn(() => found.modern.request(message, envelope, bytes, exchange));
  }

  /** Says that streams live, and ends what has been left alone. */
  tick(nowMs: number): void {
    const { keepAliveMs, sessionIdleMs } = this.#settings;
    for (const exchange of this.#open) if (nowMs - exchange.startedMs >= keepAliveMs) exchange.keepAlive();
    for (const { modern, connections, usedMs } of this.#sessions.values()) {
      if (connections === 0 && modern.isQuiet && nowMs - usedMs >= sessionIdleMs) modern.end('it was idle');
    }
  }

  #session(message: WireMap, envelope: Envelope, caller: HttpCaller): Implicit | Refusal {
    const identity = caller.identity();
    const owner = JSON.stringify([caller.principal, identity]);
    const state = mapAt(message, 'params')?.['requestState'];
    const holding = typeof state === 'string' ? this.#holding(owner, state) : undefined;
    if (holding !== undefined) return holding;
    // A hash: clients choose how long their words are.
    const key = hash('sha256', JSON.stringify([owner, envelope.clientInfo, envelope.capabilities]));
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    const { maxSessions, maxPrincipalSessions } = this.#settings;
    const own = [...this.#sessions.values()].filter(({ principal }) => principal === caller.principal).length;
    const isFull = own >= maxPrincipalSessions || this.#sessions.size >= maxSessions;
    if (isFull && !this.#makeRoom(caller.principal)) {
      const message_ = tooManySessions(own, maxPrincipalSessions, this.#sessions.size);
      return { status: 503, message: message_, headers: { 'retry-after': '10' } };
    }
    // What a client can do is no part of who it is.
    const who = JSON.stringify([caller.principal, identity, envelope.clientInfo]);
    const peer = `who:${hash('sha256', who).slice(0, 32)}`;
    const modern = this.#agents.openModern({ ...identity, peer }, () => void this.#sessions.delete(key));
    const made: Implicit = {
      modern,
      owner,
      principal: caller.principal,
      connections: 0,
      usedMs: this.#clock.monotonicMs(),
    };
    this.#sessions.set(key, made);
    return made;
  }

  /** Ends the session of this caller that has been left alone longest: the next request makes it again. */
  #makeRoom(principal: string): boolean {
    const own = [...this.#sessions.values()].filter((session) => session.principal === principal);
    const isAlone = ({ modern, connections }: Implicit): boolean => connections === 0 && modern.isQuiet;
    const oldest = longestAlone(own, (session) => (isAlone(session) ? session.usedMs : undefined));
    oldest?.modern.end('it made room for another');
    return oldest !== undefined;
  }

  /** Whose call waits for this state; of the same identity only. */
  #holding(owner: string, state: string): Implicit | undefined {
    for (const session of this.#sessions.values()) {
      if (session.owner === owner && session.modern.holds(state)) return session;
    }
    return undefined;
  }
}

const invalid: Refusal = { status: 400, code: RPC.invalidRequest, message: 'Invalid request' };

/** In this order: headers that contradict the body, what the body lacks, headers that are missing. */
function readRequest({ headers }: IncomingMessage, message: WireMap): Envelope | RpcError {
  const mismatch = versionMismatch(headers, message);
  if (mismatch !== undefined) return mismatch;
  const envelope = readEnvelope(message['params']);
  if ('code' in envelope) return envelope;
  return headerFault(headers, message) ?? envelope;
}

/** Whether a request's header alone says that it is modern. */
export function saysModern({ headers }: IncomingMessage): boolean {
  return isModernVersion(headers['mcp-protocol-version']);
}
