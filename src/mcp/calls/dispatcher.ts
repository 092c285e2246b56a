/** Answers each request of an agent itself, or relays it to the server that the tables name. */
import { Admission } from './admission.ts';
import { refusesCall } from './call-refusal.ts';
import type { CallParts } from './call-parts.ts';
import { Delivery } from './delivery.ts';
import { cutName } from '../../kernel/foreign.ts';
import { LOG_LEVELS } from '../eras/legacy.ts';
import { ambiguousUri, candidates, fail, onlyServer, type Incoming } from './incoming.ts';
import { answerDiscover, answerInitialize } from './initialize.ts';
import { LIST_KINDS, LISTS } from '../lists/list-cache.ts';
import type { ListKind } from '../types/lists.ts';
import type { LogLevels } from '../traffic/log-levels.ts';
import { isMap, mapAt, stringAt, type WireId, type WireMap } from '../wire/message.ts';
import type { BuiltinRequests } from './builtin/builtin-requests.ts';
import type { ReplySink } from '../wire/reply-sink.ts';
import type { NameRoute } from '../lists/routing-table.ts';
import { resultLine, RPC } from '../wire/rpc-errors.ts';
import type { Session } from '../downstream/session.ts';
import { MAX_SUBSCRIPTIONS, type Subscriptions } from '../traffic/subscriptions.ts';
import { MAX_URI_CHARS } from '../lists/template-matcher.ts';
import { TaskRequests } from './task-requests.ts';
import { unheardOf, unknownName, whenListed } from './unknown-name.ts';
import { idText } from '../wire/wire-id.ts';

/** Maps, where a name comes from outside: an object also has `constructor` and its like. */
const LIST_METHODS: ReadonlyMap<string, ListKind> = new Map(LIST_KINDS.map((kind) => [LISTS[kind].method, kind]));

/** Answered by the router itself, so that they need not wait for calls. */
const AT_ONCE: ReadonlySet<string> = new Set([
  'initialize',
  'server/discover',
  'ping',
  'logging/setLevel',
  ...LIST_METHODS.keys(),
]);

export class Dispatcher {
  readonly #parts: CallParts;
  readonly #levels: LogLevels;
  readonly #subscriptions: Subscriptions;
  readonly #builtin: BuiltinRequests;
  readonly #delivery: Delivery;
  readonly #admission: Admission;
  readonly #tasks: TaskRequests;

  constructor(parts: CallParts, levels: LogLevels, subscriptions: Subscriptions, builtin: BuiltinRequests) {
    this.#parts = parts;
    this.#delivery = new Delivery(parts);
    this.#admission = new Admission(parts.core.bugs, this.#delivery);
    this.#tasks = new TaskRequests(parts, this.#delivery);
    this.#levels = levels;
    this.#subscriptions = subscriptions;
    this.#builtin = builtin;
  }

  request(session: Session, message: WireMap, bytes: number, sink: ReplySink): void {
    const id = message['id'] as WireId;
    const params = isMap(message['params']) ? message['params'] : undefined;
    const project = this.#parts.registry.project(session.project);
    const incoming: Incoming = {
      session,
      project,
      view: project.viewOf(session),
      message,
      method: stringAt(message, 'method') ?? '',
      params,
      bytes,
      sink,
      idText: idText(id),
    };
    if (session.inFlight.has(id)) {
      return fail(incoming, {
        code: RPC.invalidRequest,
        message: `Invalid request: id ${incoming.idText} is in flight`,
      });
    }
    if (AT_ONCE.has(incoming.method)) this.#route(incoming);
    else this.#admission.admit(incoming, this.#route);
  }

  readonly #route = (incoming: Incoming): void => {
    const { method, params } = incoming;
    const list = LIST_METHODS.get(method);
    if (list !== undefined) return this.#list(incoming, list);
    switch (method) {
      case 'initialize':
        return answerInitialize(this.#parts.counted, incoming, this.#builtin.instructions(incoming.session));
      case 'server/discover':
        return answerDiscover(incoming, this.#builtin.instructions(incoming.session));
      case 'ping':
        return incoming.sink.send(resultLine(incoming.idText, '{}'));
      case 'tools/call':
        if (refusesCall(this.#parts.core, incoming)) return;
        return this.#byName(incoming, 'tools', params, 'name');
      case 'prompts/get':
        return this.#byName(incoming, 'prompts', params, 'name');
      case 'resources/read':
        return this.#read(incoming);
      case 'resources/subscribe':
      case 'resources/unsubscribe':
        return this.#subscribe(incoming);
      case 'completion/complete':
        return this.#complete(incoming);
      case 'logging/setLevel':
        return this.#setLevel(incoming);
      case 'tasks/get':
      case 'tasks/result':
      case 'tasks/cancel':
      case 'tasks/list':
        return this.#tasks.request(incoming);
      default:
        return this.#unknown(incoming);
    }
  };

  #list(incoming: Incoming, kind: ListKind): void {
    const { project, params, sink, idText, session } = incoming;
    if ((params?.['cursor'] ?? '') !== '') {
      // Lists are given whole, so no cursor can be one of ours; some clients write null or "" for none.
      return fail(incoming, { code: RPC.invalidParams, message: 'Invalid params: unknown cursor' });
    }
    // The view may be another one after the wait.
    const text = (): string => {
      const now = { ...incoming, view: project.viewOf(session) };
      return kind === 'templates' ? now.view.resultText(kind) : this.#builtin.resultText(now, kind);
    };
    const answer = (): void => sink.send(resultLine(idText, text()));
    const wait = project.freshen(session, kind);
    if (wait === undefined) return answer();
    this.#delivery.later(incoming, wait, answer);
  }

  /** `holder[key]` is the agent's name for a tool or prompt. */
  #byName(
    incoming: Incoming,
    kind: 'tools' | 'prompts',
    holder: WireMap | undefined,
    key: string,
    hasWaited = false,
  ): void {
    const name = stringAt(holder, key);
    if (holder === undefined || name === undefined) {
      return fail(incoming, { code: RPC.invalidParams, message: `Invalid params: ${key} must be a string` });
    }
    const { project, session } = incoming;
    const send = (route: NameRoute): void => {
      holder[key] = route.name;
      const isCall = kind === 'tools' && incoming.method === 'tools/call';
      this.#delivery.send(incoming, route.server, isCall ? route : undefined);
    };
    const route = incoming.view[kind].routes.get(name);
    if (route !== undefined) return send(route);
    if (this.#builtin.named(incoming, name)) return;
    const wait = project.freshen(session, kind);
    const again = (): void => {
      const found = project.viewOf(session)[kind].routes.get(name);
      if (found !== undefined) return send(found);
      const retry = hasWaited ? undefined : () => this.#byName(incoming, kind, holder, key, true);
      this.#unknownName(incoming, kind, name, retry);
    };
    if (wait === undefined) again();
    else this.#delivery.later(incoming, wait, again);
  }

  /** `again`: when a server that may have it has come, or was tried once more; undefined when that has been. */
  #unknownName(incoming: Incoming, kind: 'tools' | 'prompts', name: string, again: (() => void) | undefined): void {
    const unheard = unheardOf(incoming, kind, name);
    const listed = again === undefined ? undefined : whenListed(incoming, kind, unheard);
    if (listed !== undefined && again !== undefined) return this.#delivery.later(incoming, listed, again);
    const down = unheard?.isConnected === true ? undefined : unheard;
    const delivery = this.#delivery;
    const wait = down === undefined ? undefined : (delivery.tried(down.name) ?? delivery.coming(down.name));
    if (wait !== undefined && again !== undefined) return delivery.later(incoming, wait, again);
    const error = unknownName(incoming, kind, name, unheard, this.#parts.core.clock.now());
    fail(incoming, error);
    if (incoming.method !== 'tools/call') return;
    // A call that reached no server is a call all the same: the audit knows what was asked for.
    this.#delivery.trace(incoming, unheard?.name ?? '-', { name }).end('rpc-error', {
      bytes: 0,
      error: `${error.code} ${error.message}`,
    });
  }

  #read(incoming: Incoming): void {
    if (this.#builtin.read(incoming)) return;
    this.#byUri(incoming, incoming.params, 'uri', (server) => this.#delivery.send(incoming, server), true);
  }

  #subscribe(incoming: Incoming): void {
    if (this.#builtin.subscribe(incoming)) return;
    const { session, params, method, sink, idText } = incoming;
    const exposed = stringAt(params, 'uri');
    if (exposed !== undefined && exposed.length > MAX_URI_CHARS) {
      return fail(incoming, {
        code: RPC.invalidParams,
        message: `Invalid params: uri is over ${MAX_URI_CHARS} characters`,
      });
    }
    this.#byUri(incoming, params, 'uri', (server, uri) => {
      const subscriptions = this.#subscriptions;
      const pool = this.#parts.registry.pool(server);
      if (pool === undefined) return this.#delivery.send(incoming, server);
      if (method === 'resources/unsubscribe') {
        const isLast = subscriptions.remove(session, pool, uri);
        if (!isLast) return sink.send(resultLine(idText, '{}'));
        return this.#delivery.send(incoming, server);
      }
      if (subscriptions.isFull(session)) {
        const message = `this session has ${MAX_SUBSCRIPTIONS} subscriptions, which is the limit: unsubscribe from one first`;
        return fail(incoming, { code: RPC.unavailable, message });
      }
      if (subscriptions.join(session, pool, uri, exposed ?? uri)) return sink.send(resultLine(idText, '{}'));
      this.#delivery.send(incoming, server, undefined, {
        onEnd: (isGood, upstream) => {
          if (isGood) subscriptions.add(session, pool, upstream, uri, exposed ?? uri);
        },
      });
    });
  }

  #complete(incoming: Incoming): void {
    const ref = mapAt(incoming.params, 'ref');
    if (ref?.['type'] === 'ref/prompt') return this.#byName(incoming, 'prompts', ref, 'name');
    if (this.#builtin.completeUri(incoming, stringAt(ref, 'uri'))) return;
    this.#byUri(incoming, ref, 'uri', (server) => this.#delivery.send(incoming, server));
  }

  /** `holder[key]` is the agent's URI; it becomes the upstream's. With `mayAsk`, servers are asked in turn for an unknown one. */
  #byUri(
    incoming: Incoming,
    holder: WireMap | undefined,
    key: string,
    send: (server: string, uri: string) => void,
    mayAsk = false,
  ): void {
    const exposed = stringAt(holder, key);
    if (holder === undefined || exposed === undefined) {
      return fail(incoming, { code: RPC.invalidParams, message: `Invalid params: ${key} must be a string` });
    }
    const { project, session } = incoming;
    const deliver = (): boolean => {
      const route = project.viewOf(session).routeUri(exposed) ?? onlyServer(project, exposed);
      if (route === undefined) return false;
      if ('claimedBy' in route) {
        fail(incoming, ambiguousUri(exposed, route.claimedBy));
        return true;
      }
      holder[key] = route.uri;
      send(route.server, route.uri);
      return true;
    };
    if (deliver()) return;
    const again = (): void => {
      if (deliver()) return;
      const [first, ...others] = mayAsk ? candidates(project) : [];
      if (first === undefined) {
        return fail(incoming, { code: RPC.resourceNotFound, message: 'Resource not found', data: { uri: exposed } });
      }
      this.#delivery.send(incoming, first, undefined, { alternatives: others });
    };
    const waits = [project.freshen(session, 'resources'), project.freshen(session, 'templates')];
    const [wait, another] = waits.filter((each) => each !== undefined);
    if (wait === undefined) return again();
    this.#delivery.later(incoming, another === undefined ? wait : wait.then(() => another), again);
  }

  #setLevel(incoming: Incoming): void {
    const level = stringAt(incoming.params, 'level');
    if (level === undefined || !LOG_LEVELS.includes(level)) {
      return fail(incoming, {
        code: RPC.invalidParams,
        message: `Invalid params: level is one of ${LOG_LEVELS.join(', ')}`,
      });
    }
    const { session, project } = incoming;
    session.logLevel = level;
    this.#levels.changed(project);
    for (const pool of project.pools) {
      const own = pool.isIsolated ? pool.held(session) : undefined;
      if (own !== undefined) this.#levels.leased(session, own);
    }
    incoming.sink.send(resultLine(incoming.idText, '{}'));
  }

  #unknown(incoming: Incoming): void {
    const { project, view, params, method } = incoming;
    const lone = project.transparent;
    if (lone !== undefined) return this.#delivery.send(incoming, lone.name);
    const name = stringAt(params, 'name');
    if (name !== undefined && view.tools.routes.has(name)) return this.#byName(incoming, 'tools', params, 'name');
    const uri = stringAt(params, 'uri');
    if (uri !== undefined && view.routeUri(uri) !== undefined) return this.#read(incoming);
    fail(incoming, { code: RPC.methodNotFound, message: `Method not found: ${cutName(method)}` });
  }
}
