/** Passes on what a server says by itself: its requests and notifications, each to the sessions that it concerns. */
import type { Elicitations } from './elicitations.ts';
import type { Recipients } from './recipients.ts';
import type { Tasks } from './tasks.ts';
import type { Registry } from '../projects/registry.ts';
import type { RouterCore } from '../types/core.ts';
import { SHARED_ROOTS_RESULT } from '../eras/legacy.ts';
import type { ListKind } from '../types/lists.ts';
import type { LogLevels } from './log-levels.ts';
import { isMap, isWireId, mapAt, stringAt, type WireMap } from '../wire/message.ts';
import { replyTo } from '../upstream/reply-to.ts';
import { errorLine, resultLine, RPC, type RpcError } from '../wire/rpc-errors.ts';
import { askedInVain } from './tell-roots.ts';
import { openRequestsOf, ServerRequestTrace } from '../downstream/server-request-trace.ts';
import type { Session } from '../downstream/session.ts';
import type { Subscriptions } from './subscriptions.ts';
import type { PendingCall, Upstream } from '../upstream/upstream.ts';
import { anyIdText } from '../wire/wire-id.ts';

/** Says which server asks, where the client sees one connection for several servers. */
const SERVER_META_KEY = 'io.mcptui/server';

/** Requests of one instance, and to one session, that are open at once. */
const MAX_OPEN = 16;
const MAX_OPEN_OF_SESSION = 64;

const CHANGED_LISTS: ReadonlyMap<string, readonly ListKind[]> = new Map([
  ['notifications/tools/list_changed', ['tools']],
  ['notifications/prompts/list_changed', ['prompts']],
  ['notifications/resources/list_changed', ['resources', 'templates']],
]);

export interface TrafficParts {
  readonly core: RouterCore;
  readonly registry: Registry;
  readonly sessions: ReadonlyMap<string, Session>;
  readonly recipients: Recipients;
  readonly tasks: Tasks;
  readonly elicitations: Elicitations;
  readonly levels: LogLevels;
  readonly subscriptions: Subscriptions;
  /** Fetches a list afresh and tells the agents. */
  refresh(upstream: Upstream, kind: ListKind): void;
}

export class UpstreamTraffic {
  readonly #p: TrafficParts;

  constructor(parts: TrafficParts) {
    this.#p = parts;
  }

  /** A request of the server: to the session that has the instance, or the one whose call is in flight; else refused at once. */
  request(upstream: Upstream, message: WireMap, call?: PendingCall): void {
    const { core, registry, recipients, elicitations, tasks } = this.#p;
    const idText = anyIdText(message['id']);
    const method = stringAt(message, 'method') ?? '';
    const params = message['params'];
    if (method === 'ping') return replyTo(upstream, resultLine(idText, '{}'));
    registry.pool(upstream.server)?.known.asked(method);
    const isShared = registry.pool(upstream.server)?.isIsolated !== true;
    const isKnown = call !== undefined && call.capabilities?.['roots'] !== undefined;
    if (method === 'roots/list' && isShared && !isKnown)
      return replyTo(upstream, resultLine(idText, SHARED_ROOTS_RESULT));
    const asked = recipients.toAsk(upstream, method, params, call);
    const target = 'code' in asked ? asked : (tooMany(upstream, asked.session) ?? asked);
    const session = 'code' in asked ? undefined : asked.session;
    const trace = new ServerRequestTrace(core, { upstream, method, session });
    if ('code' in target) {
      if (method === 'roots/list' && session === undefined) askedInVain(upstream);
      trace.end('refused', target.message);
      return replyTo(upstream, errorLine(idText, target));
    }
    const token = mapAt(params, '_meta')?.['progressToken'];
    if (registry.project(target.session.project).transparent === undefined) nameServer(message, upstream.server);
    elicitations.learn(stringAt(params, 'elicitationId'), upstream.server, target.session);
    tasks.expose(target.session, upstream.server, message);
    target.session.ask(message, {
      upstream,
      upstreamIdText: idText,
      progressToken: isWireId(token) ? token : undefined,
      related: target.related,
      trace,
    });
  }

  notification(upstream: Upstream, method: string, message: WireMap, text: string): void {
    const lists = CHANGED_LISTS.get(method);
    if (lists !== undefined) {
      for (const kind of lists) this.#p.refresh(upstream, kind);
      return;
    }
    if (method === 'notifications/resources/updated') return this.#updated(upstream, message);
    if (method === 'notifications/cancelled') return this.#cancelled(upstream, message);
    if (method === 'notifications/elicitation/complete') return this.#elicited(upstream, message, text);
    if (method === 'notifications/tasks/status') return this.#taskStatus(upstream, message, text);
    const level = method === 'notifications/message' ? mapAt(message, 'params')?.['level'] : undefined;
    for (const [session, related] of this.#p.recipients.toTell(upstream)) {
      const project = this.#p.registry.project(session.project);
      const isIsolated = this.#p.registry.pool(upstream.server)?.isIsolated === true;
      // A level that the server was told for this session alone is the server's to keep.
      const passes = level === undefined || isIsolated || this.#p.levels.passes(project, session, level);
      if (passes) session.notify(text, related);
    }
  }

  /** Requests of a lost upstream that agents still think about. */
  lost(upstream: Upstream): void {
    this.#withdraw(upstream, undefined, 'the server was lost');
  }

  /** To the session that was asked; a server may have told of one in words that the router did not see. */
  #elicited(upstream: Upstream, message: WireMap, text: string): void {
    const id = stringAt(message['params'], 'elicitationId');
    const session = id === undefined ? undefined : this.#p.elicitations.take(id, upstream.server);
    if (session !== undefined) return session.notify(text);
    for (const [told, related] of this.#p.recipients.toTell(upstream)) told.notify(text, related);
  }

  #taskStatus(upstream: Upstream, message: WireMap, text: string): void {
    const { tasks } = this.#p;
    const owner = tasks.owner(upstream.server, stringAt(message['params'], 'taskId') ?? '');
    const isIsolated = this.#p.registry.pool(upstream.server)?.isIsolated === true;
    const told = owner !== undefined ? [owner] : isIsolated ? this.#p.recipients.toTell(upstream).keys() : [];
    for (const session of told) {
      session.notify(tasks.expose(session, upstream.server, message) ? JSON.stringify(message) : text);
    }
  }

  #updated(upstream: Upstream, message: WireMap): void {
    const params = mapAt(message, 'params');
    const uri = stringAt(params, 'uri');
    if (params === undefined || uri === undefined) return;
    const pool = this.#p.registry.pool(upstream.server);
    const subscribers = pool === undefined ? undefined : this.#p.subscriptions.subscribers(pool, upstream, uri);
    for (const [session, exposed] of subscribers ?? []) {
      session.notify(JSON.stringify({ ...message, params: { ...params, uri: exposed } }));
    }
  }

  #cancelled(upstream: Upstream, message: WireMap): void {
    const params = mapAt(message, 'params');
    const id = params?.['requestId'];
    if (id !== undefined) this.#withdraw(upstream, anyIdText(id), stringAt(params, 'reason'));
  }

  /** Takes back this upstream's requests, or the one with this id. */
  #withdraw(upstream: Upstream, idText: string | undefined, reason: string | undefined): void {
    for (const session of this.#p.sessions.values()) {
      for (const [requestId, request] of session.serverRequests) {
        if (request.upstream !== upstream || (idText !== undefined && request.upstreamIdText !== idText)) continue;
        session.serverRequests.delete(requestId);
        request.trace.end('cancelled', reason);
        const params = { requestId, ...(reason === undefined ? {} : { reason }) };
        const text = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params });
        session.notify(text, request.related);
      }
    }
  }
}

function tooMany(upstream: Upstream, session: Session): RpcError | undefined {
  const [count, of] =
    openRequestsOf(upstream) >= MAX_OPEN
      ? [MAX_OPEN, `of server ${upstream.server}`]
      : session.serverRequests.size >= MAX_OPEN_OF_SESSION
        ? [MAX_OPEN_OF_SESSION, 'to this client']
        : [];
  if (count === undefined) return undefined;
  return {
    code: RPC.internalError,
    message: `${count} requests ${of} are open, which is the limit: wait for an answer`,
  };
}

function nameServer(message: WireMap, server: string): void {
  const params = isMap(message['params']) ? message['params'] : {};
  message['params'] = { ...params, _meta: { ...mapAt(params, '_meta'), [SERVER_META_KEY]: server } };
}
