/**
 * Serves MCP's Streamable HTTP for one engine: finds the session of a request, and checks what it must look like. Who
 * asks, and whether the connection may be there at all, is settled before. Own code: the SDK's transport opens a stream
 * for every answer, which costs more than twice the CPU.
 */
import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../../kernel/clock.ts';
import { McptuiError, messageOf } from '../../../kernel/errors.ts';
import type { Logger } from '../../../kernel/log.ts';
import { claimsModern } from '../../eras/modern.ts';
import { decodeParts } from '../../wire/framing.ts';
import { isMap, isWireId } from '../../wire/message.ts';
import { prepare, readMessage, type Unreadable } from '../../wire/read-message.ts';
import { RPC } from '../../wire/rpc-errors.ts';
import type { AgentsFace } from '../agents-face.ts';
import { idText } from '../../wire/wire-id.ts';
import { BodyReader, type Body } from './body.ts';
import { answerForm, getRefusal, originRefusal, postRefusal, versionRefusal } from './checks.ts';
import type { HttpCaller } from './http-caller.ts';
import { HttpLink } from './http-link.ts';
import { KeptBudget } from './kept-budget.ts';
import { longestAlone } from './longest-alone.ts';
import { ModernHttp, saysModern } from './modern-http.ts';
import { refuse, type Refusal } from './refusal.ts';
import { defaultHttpSettings, tooManySessions, type HttpSettings } from './settings.ts';

export interface HttpEndpointParts {
  readonly agents: Pick<AgentsFace, 'open' | 'openModern'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** An id that nobody can guess. */
  readonly nonce: () => string;
  readonly settings?: Partial<HttpSettings>;
}

export class HttpEndpoint {
  readonly #o: HttpEndpointParts;
  readonly #settings: HttpSettings;
  readonly #bodies: BodyReader;
  /** By `Mcp-Session-Id`. */
  readonly #sessions = new Map<string, HttpLink>();
  readonly #modern: ModernHttp;
  readonly #budget: KeptBudget;
  #isTicking = false;

  constructor(parts: HttpEndpointParts) {
    this.#o = parts;
    this.#settings = { ...defaultHttpSettings, ...parts.settings };
    this.#budget = new KeptBudget(this.#settings.maxAllKeptBytes);
    this.#bodies = new BodyReader(this.#settings);
    this.#modern = new ModernHttp(parts.agents, parts.clock, this.#settings);
  }

  get sessionCount(): number {
    return this.#sessions.size + this.#modern.sessionCount;
  }

  /** Serves one request to its end. Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse, caller: HttpCaller): Promise<void> {
    try {
      await this.#serve(request, response, caller);
    } catch (error) {
      if (error instanceof McptuiError) return refuse(response, refusalOf(error));
      this.#o.logger.error({ err: error }, 'an MCP request over HTTP failed');
      refuse(response, { status: 500, code: RPC.internalError, message: 'mcptui failed to answer; its log says why' });
    }
  }

  async #serve(request: IncomingMessage, response: ServerResponse, caller: HttpCaller): Promise<void> {
    const { headers, method } = request;
    const refusal = originRefusal(headers);
    if (refusal !== undefined) return refuse(response, refusal);
    if (method !== 'POST' && saysModern(request)) return refuse(response, onlyPost);
    switch (method ?? '') {
      case 'POST':
        return this.#post(request, response, caller);
      case 'GET':
        return this.#get(request, response, caller);
      case 'DELETE':
        return this.#delete(request, response, caller);
      default:
        refuse(response, { status: 405, message: 'Method Not Allowed', headers: { allow: 'GET, POST, DELETE' } });
    }
  }

  async #post(request: IncomingMessage, response: ServerResponse, caller: HttpCaller): Promise<void> {
    const { headers } = request;
    const refusal = postRefusal(headers);
    if (refusal !== undefined) return refuse(response, refusal);
    // Modern requests know no sessions.
    const isNew = headers['mcp-session-id'] === undefined || saysModern(request);
    const found = isNew ? undefined : (versionRefusal(headers) ?? this.#find(request, caller));
    if (found !== undefined && 'status' in found) return refuse(response, found);
    const outcome = await this.#bodies.read(request);
    if (outcome === 'aborted') return;
    if ('refusal' in outcome) return refuse(response, outcome.refusal);
    const version = headerOf(request, 'mcp-protocol-version');
    if (found !== undefined) {
      // It may have ended while the body came.
      if (this.#sessions.get(found.id) !== found) return refuse(response, noSession);
      return found.post(outcome.body, response, { version, form: answerForm(headers) });
    }
    this.#first(outcome.body, request, response, caller);
  }

  /** What comes without a session: a modern request, or what begins one of an older revision. */
  #first({ parts, bytes }: Body, request: IncomingMessage, response: ServerResponse, caller: HttpCaller): void {
    const read = readMessage(decodeParts(parts, bytes));
    if (read.kind === 'unreadable') return refuseUnreadable(response, read);
    const message = read.kind === 'message' ? read.message : undefined;
    const isAsked = read.kind === 'message' && typeof message?.['method'] === 'string';
    if (isAsked && (claimsModern(message) || saysModern(request))) {
      const fault = prepare(read);
      if (fault !== undefined) return refuseUnreadable(response, fault);
      this.#startTicking();
      return this.#modern.post(read.message, bytes, request, response, caller);
    }
    // A client that begins names its newest revision there too; `initialize` agrees on one.
    const opened = this.#open(message, caller);
    if ('status' in opened) return refuse(response, opened);
    const version = headerOf(request, 'mcp-protocol-version');
    const form = answerForm(request.headers);
    opened.post({ parts, bytes }, response, { version, form, headers: { 'mcp-session-id': opened.id } });
  }

  #get(request: IncomingMessage, response: ServerResponse, caller: HttpCaller): void {
    const refusal = versionRefusal(request.headers) ?? getRefusal(request.headers);
    const found = refusal ?? this.#find(request, caller);
    if ('status' in found) return refuse(response, found);
    const lastEventId = headerOf(request, 'last-event-id');
    const version = headerOf(request, 'mcp-protocol-version');
    // To a client that reconnects, 204 says that it need not.
    if (!found.listen(response, lastEventId, version)) response.writeHead(204).end();
  }

  #delete(request: IncomingMessage, response: ServerResponse, caller: HttpCaller): void {
    const found = versionRefusal(request.headers) ?? this.#find(request, caller);
    if ('status' in found) return refuse(response, found);
    found.end('the agent ended the session');
    response.writeHead(200, { 'content-length': 0 }).end();
  }

  /** Another's session is answered as one that is not there. */
  #find(request: IncomingMessage, caller: HttpCaller): HttpLink | Refusal {
    const id = headerOf(request, 'mcp-session-id');
    if (id === undefined) return { status: 400, message: 'Bad Request: Mcp-Session-Id header is required' };
    const link = this.#sessions.get(id);
    if (link === undefined || link.principal !== caller.principal || link.project !== caller.project) return noSession;
    return link;
  }

  /** A session for an `initialize`; nothing else begins one. */
  #open(message: unknown, caller: HttpCaller): HttpLink | Refusal {
    const isBegin = isMap(message) && message['method'] === 'initialize' && isWireId(message['id']);
    if (!isBegin) return { status: 400, message: 'Bad Request: Mcp-Session-Id header is required' };
    const { maxSessions, maxPrincipalSessions } = this.#settings;
    const own = [...this.#sessions.values()].filter(({ principal }) => principal === caller.principal).length;
    const isFull = own >= maxPrincipalSessions || this.#sessions.size >= maxSessions;
    if (isFull && !this.#makeRoom(caller.principal)) {
      const message = tooManySessions(own, maxPrincipalSessions, this.#sessions.size);
      return { status: 503, message, headers: { 'retry-after': '10' } };
    }
    const { clock, nonce, agents } = this.#o;
    const id = nonce();
    const identity = { ...caller.identity(), peer: `http:${hash('sha256', id).slice(0, 32)}` };
    const link = new HttpLink({
      id,
      principal: caller.principal,
      project: caller.project,
      clock,
      settings: this.#settings,
      budget: this.#budget,
      closed: () => void this.#sessions.delete(link.id),
    });
    this.#sessions.set(link.id, link);
    agents.open(link, identity);
    if (!this.#sessions.has(link.id)) return { status: 503, message: 'mcptui is stopping' };
    this.#startTicking();
    return link;
  }

  /** Ends the session of this caller that has been left alone longest: its client begins a new one if it still wants it. */
  #makeRoom(principal: string): boolean {
    const alone = [...this.#sessions.values()].filter((link) => link.principal === principal);
    const oldest = longestAlone(alone, (link) => link.aloneSinceMs);
    oldest?.end('it made room for another');
    return oldest !== undefined;
  }

  #startTicking(): void {
    if (this.#isTicking) return;
    this.#isTicking = true;
    this.#o.clock.after(this.#settings.keepAliveMs, () => this.#tick(), { unref: true });
  }

  #tick(): void {
    const nowMs = this.#o.clock.monotonicMs();
    for (const link of this.#sessions.values()) {
      if (link.tick(nowMs)) link.end('it was idle');
    }
    this.#modern.tick(nowMs);
    this.#isTicking = false;
    if (this.sessionCount > 0) this.#startTicking();
  }
}

const onlyPost: Refusal = { status: 405, message: 'Method Not Allowed', headers: { allow: 'POST' } };

const noSession: Refusal = { status: 404, code: -32001, message: 'Session not found' };

const STATUS_OF: Readonly<Record<McptuiError['code'], number>> = {
  invalid: 400,
  denied: 403,
  'not-found': 404,
  conflict: 409,
  unavailable: 503,
  timeout: 504,
};

function refusalOf(error: McptuiError): Refusal {
  const hint = error.hint === undefined ? '' : ` (${error.hint})`;
  return { status: STATUS_OF[error.code], message: messageOf(error) + hint };
}

function refuseUnreadable(response: ServerResponse, { error, id }: Unreadable): void {
  refuse(response, { status: 400, ...error }, id === undefined ? 'null' : idText(id));
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
