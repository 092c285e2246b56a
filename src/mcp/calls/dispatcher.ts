/** Answers each request of an agent itself, or relays it to the server that the tables name. */
import type { OwnWords } from '../types/builtin.ts';
import { ByUri } from './by-uri.ts';
import { SeenLists } from './seen-lists.ts';
import { ByName } from './by-name.ts';
import { SubscribeRequests } from './subscribe-requests.ts';
import { Admission } from './admission.ts';
import { refusesCall } from './call-refusal.ts';
import type { CallParts } from './call-parts.ts';
import { Delivery } from './delivery.ts';
import { cutName } from '../../kernel/foreign.ts';
import { LOG_LEVELS } from '../eras/legacy.ts';
import { fail, type Incoming } from './incoming.ts';
import { answerDiscover, answerInitialize } from './initialize.ts';
import { LIST_KINDS, LISTS } from '../lists/list-cache.ts';
import type { ListKind } from '../types/lists.ts';
import type { LogLevels } from '../traffic/log-levels.ts';
import { isMap, mapAt, stringAt, type WireId, type WireMap } from '../wire/message.ts';
import type { BuiltinRequests } from './builtin/builtin-requests.ts';
import type { ReplySink } from '../wire/reply-sink.ts';
import { resultLine, RPC } from '../wire/rpc-errors.ts';
import type { Session } from '../downstream/session.ts';
import type { Subscriptions } from '../traffic/subscriptions.ts';
import { told } from './told-reply.ts';
import type { SawRecord } from '../types/observer.ts';
import { TaskRequests } from './task-requests.ts';
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

export interface DispatcherParts {
  readonly calls: CallParts;
  readonly levels: LogLevels;
  readonly subscriptions: Subscriptions;
  readonly builtin: BuiltinRequests;
}

export class Dispatcher {
  readonly #parts: CallParts;
  readonly #levels: LogLevels;
  readonly #builtin: BuiltinRequests;
  readonly #delivery: Delivery;
  readonly #admission: Admission;
  readonly #byName: ByName;
  readonly #byUri: ByUri;
  readonly #subscribe: SubscribeRequests;
  readonly #tasks: TaskRequests;
  readonly #listed: SeenLists;

  constructor({ calls, levels, subscriptions, builtin }: DispatcherParts) {
    const { registry } = calls;
    this.#parts = calls;
    this.#levels = levels;
    this.#builtin = builtin;
    const delivery = new Delivery(calls);
    this.#delivery = delivery;
    this.#admission = new Admission(calls.core.bugs, delivery);
    this.#byName = new ByName(calls, delivery, builtin);
    this.#byUri = new ByUri(calls, delivery);
    this.#subscribe = new SubscribeRequests({ registry, delivery, byUri: this.#byUri, builtin, subscriptions });
    this.#tasks = new TaskRequests(calls, delivery);
    this.#listed = new SeenLists(calls.stages, builtin);
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
    if (list !== undefined) return this.#list(this.#told(incoming, list), list);
    switch (method) {
      case 'initialize':
        return answerInitialize(this.#parts.counted, this.#told(incoming, 'instructions'), this.#ownWords(incoming));
      case 'server/discover':
        return answerDiscover(this.#told(incoming, 'instructions'), this.#ownWords(incoming));
      case 'ping':
        return incoming.sink.send(resultLine(incoming.idText, '{}'));
      case 'tools/call':
        if (refusesCall(this.#parts.core, incoming) || this.#builtin.isAnsweredInstead(incoming)) return;
        return this.#byName.request(incoming, 'tools', params, 'name');
      case 'prompts/get':
        return this.#byName.request(this.#told(incoming, 'prompt'), 'prompts', params, 'name');
      case 'resources/read':
        return this.#read(incoming);
      case 'resources/subscribe':
      case 'resources/unsubscribe':
        return this.#subscribe.request(incoming);
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

  #told(incoming: Incoming, what: SawRecord['what']): Incoming {
    return told(this.#parts.core.observer, incoming, what);
  }

  #list(incoming: Incoming, kind: ListKind): void {
    const { project, params, session } = incoming;
    if ((params?.['cursor'] ?? '') !== '') {
      // Lists are given whole, so no cursor can be one of ours; some clients write null or "" for none.
      return fail(incoming, { code: RPC.invalidParams, message: 'Invalid params: unknown cursor' });
    }
    const wait = project.freshen(session, kind);
    if (wait === undefined) this.#listNow(incoming, kind);
    else this.#delivery.later(incoming, wait, () => this.#listNow(incoming, kind));
  }

  /** The view may be another one after a wait. */
  #listNow(incoming: Incoming, kind: ListKind): void {
    const { project, session, sink, idText } = incoming;
    const now = { ...incoming, view: project.viewOf(session) };
    sink.send(resultLine(idText, this.#listed.resultText(now, kind)));
  }

  #read(incoming: Incoming): void {
    if (this.#builtin.read(incoming)) return;
    const { params } = incoming;
    this.#byUri.request({ incoming, holder: params, key: 'uri', mayAsk: true, send: this.#sendOn });
  }

  #ownWords({ session }: Incoming): OwnWords {
    const speaks = (server: string): boolean => this.#parts.stages.reaches(session, server);
    return { ...this.#builtin.instructions(session), speaks };
  }

  readonly #sendOn = (incoming: Incoming, server: string): void => this.#delivery.send(incoming, server);

  #complete(incoming: Incoming): void {
    const ref = mapAt(incoming.params, 'ref');
    if (ref?.['type'] === 'ref/prompt') return this.#byName.request(incoming, 'prompts', ref, 'name');
    if (this.#builtin.completeUri(incoming, stringAt(ref, 'uri'))) return;
    this.#byUri.request({ incoming, holder: ref, key: 'uri', mayAsk: false, send: this.#sendOn });
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
    if (name !== undefined && view.tools.routes.has(name))
      return this.#byName.request(incoming, 'tools', params, 'name');
    const uri = stringAt(params, 'uri');
    if (uri !== undefined && view.routeUri(uri) !== undefined) return this.#read(incoming);
    fail(incoming, { code: RPC.methodNotFound, message: `Method not found: ${cutName(method)}` });
  }
}
