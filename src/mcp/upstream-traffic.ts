/** What an upstream says by itself: its requests and notifications, and to which sessions they go. */
import type { RouterCore } from './core.ts';
import { missingCapability, SHARED_ROOTS_RESULT } from './eras/legacy.ts';
import type { ListKind } from './list-cache.ts';
import type { LogLevels } from './log-levels.ts';
import { isMap, isWireId, mapAt, stringAt, type WireId, type WireMap } from './message.ts';
import type { Project } from './project.ts';
import { errorLine, resultLine, RPC, type RpcError } from './rpc-errors.ts';
import type { Session } from './session.ts';
import type { Subscriptions } from './subscriptions.ts';
import type { Upstream } from './upstream.ts';

/** Says which server asks, where the client sees one connection for several servers. */
const SERVER_META_KEY = 'io.mcptui/server';

const CHANGED_LISTS: Readonly<Record<string, readonly ListKind[]>> = {
  'notifications/tools/list_changed': ['tools'],
  'notifications/prompts/list_changed': ['prompts'],
  'notifications/resources/list_changed': ['resources', 'templates'],
};

interface Target {
  readonly session: Session;
  readonly related: WireId | undefined;
}

export class UpstreamTraffic {
  readonly #core: RouterCore;
  readonly #levels: LogLevels;
  readonly #subscriptions: Subscriptions;
  readonly #refresh: (upstream: Upstream, kind: ListKind) => void;

  /** `refresh` fetches a list afresh and tells the agents. */
  constructor(
    core: RouterCore,
    levels: LogLevels,
    subscriptions: Subscriptions,
    refresh: (upstream: Upstream, kind: ListKind) => void,
  ) {
    this.#core = core;
    this.#levels = levels;
    this.#subscriptions = subscriptions;
    this.#refresh = refresh;
  }

  /** A request of the server: to the one session whose call is in flight, else refused at once. */
  request(upstream: Upstream, message: WireMap): void {
    const idText = JSON.stringify(message['id']);
    const method = String(message['method']);
    if (method === 'ping') return upstream.send(resultLine(idText, '{}'));
    if (method === 'roots/list') return upstream.send(resultLine(idText, SHARED_ROOTS_RESULT));
    const target = this.#askable(upstream, method, message['params']);
    if ('code' in target) {
      this.#core.logger.info({ server: upstream.server, instance: upstream.id, method }, target.message);
      return upstream.send(errorLine(idText, target));
    }
    const token = mapAt(message['params'], '_meta')?.['progressToken'];
    const { session, related } = target;
    if (this.#core.project(session.project).transparent === undefined) nameServer(message, upstream.server);
    this.#core.logger.info({ server: upstream.server, session: session.id, method }, 'the server asks the client');
    session.ask(message, {
      upstream,
      upstreamIdText: idText,
      progressToken: isWireId(token) ? token : undefined,
      related,
    });
  }

  notification(upstream: Upstream, method: string, message: WireMap, text: string): void {
    const lists = CHANGED_LISTS[method];
    if (lists !== undefined) {
      for (const kind of lists) this.#refresh(upstream, kind);
      return;
    }
    if (method === 'notifications/resources/updated') return this.#updated(upstream, message);
    if (method === 'notifications/cancelled') return this.#cancelled(upstream, message);
    const project = this.#projectOf(upstream);
    if (project === undefined) return;
    const level = method === 'notifications/message' ? mapAt(message, 'params')?.['level'] : undefined;
    for (const [session, related] of this.#concerned(upstream, project)) {
      if (level === undefined || this.#levels.passes(project, session, level)) session.notify(text, related);
    }
  }

  /** Requests of a lost upstream that agents still think about. */
  lost(upstream: Upstream): void {
    this.#withdraw(upstream, undefined, 'the server was lost');
  }

  #projectOf(upstream: Upstream): Project | undefined {
    const project = this.#core.pool(upstream.server)?.routed?.project;
    return project === undefined ? undefined : this.#core.project(project);
  }

  /** The session to ask, and its newest call in flight. */
  #askable(upstream: Upstream, method: string, params: unknown): Target | RpcError {
    const callers = new Map<string, WireId | undefined>();
    for (const call of upstream.pending.values()) {
      if (call.isProbe)
        return { code: RPC.methodNotFound, message: `Method not found: ${method} (a probe is in flight)` };
      if (call.sessionId !== undefined) callers.set(call.sessionId, call.requestId);
    }
    const [[only, related] = []] = callers;
    const session = only === undefined || callers.size > 1 ? undefined : this.#core.sessionsById.get(only);
    if (session === undefined) {
      const why = callers.size > 1 ? `${callers.size} sessions have calls in flight` : 'no call is in flight';
      return { code: RPC.internalError, message: `mcptui cannot tell whom to ask for ${method}: ${why}` };
    }
    const missing = missingCapability(method, params, session.capabilities);
    if (missing === undefined) return { session, related };
    return { code: RPC.methodNotFound, message: `Method not found: the client of this call has no ${missing}` };
  }

  /** Sessions with a call in flight, each with its newest; when there are none, those that have used this instance. */
  #concerned(upstream: Upstream, project: Project): ReadonlyMap<Session, WireId | undefined> {
    const callers = new Map<Session, WireId | undefined>();
    for (const { sessionId, requestId } of upstream.pending.values()) {
      const session = sessionId === undefined ? undefined : this.#core.sessionsById.get(sessionId);
      if (session !== undefined) callers.set(session, requestId);
    }
    if (callers.size > 0) return callers;
    for (const session of project.sessions) {
      const isUser = project.transparent !== undefined || session.affinity.get(upstream.server) === upstream.id;
      if (isUser) callers.set(session, undefined);
    }
    return callers;
  }

  #updated(upstream: Upstream, message: WireMap): void {
    const params = mapAt(message, 'params');
    const uri = stringAt(params, 'uri');
    if (params === undefined || uri === undefined) return;
    const subscribers = this.#subscriptions.subscribers(upstream.server, uri);
    for (const [session, exposed] of subscribers ?? []) {
      session.notify(JSON.stringify({ ...message, params: { ...params, uri: exposed } }));
    }
  }

  #cancelled(upstream: Upstream, message: WireMap): void {
    const params = mapAt(message, 'params');
    const idText = JSON.stringify(params?.['requestId']);
    if (idText !== undefined) this.#withdraw(upstream, idText, stringAt(params, 'reason'));
  }

  /** Takes back this upstream's requests, or the one with this id. */
  #withdraw(upstream: Upstream, idText: string | undefined, reason: string | undefined): void {
    for (const session of this.#core.sessionsById.values()) {
      for (const [requestId, request] of session.serverRequests) {
        if (request.upstream !== upstream || (idText !== undefined && request.upstreamIdText !== idText)) continue;
        session.serverRequests.delete(requestId);
        const params = { requestId, ...(reason === undefined ? {} : { reason }) };
        const text = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params });
        session.notify(text, request.related);
      }
    }
  }
}

function nameServer(message: WireMap, server: string): void {
  const params = isMap(message['params']) ? message['params'] : {};
  message['params'] = { ...params, _meta: { ...mapAt(params, '_meta'), [SERVER_META_KEY]: server } };
}
