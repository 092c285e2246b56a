/** What each request of an agent leads to: an answer of our own, or a relay to the server that the tables name. */
import type { RouterCore } from './core.ts';
import { resultLine, RPC, downError, type RpcError } from './rpc-errors.ts';
import { LOG_LEVELS } from './eras/legacy.ts';
import { candidates, fail, onlyServer, overloaded, type Incoming } from './incoming.ts';
import { answerInitialize } from './initialize.ts';
import type { ListKind } from './list-cache.ts';
import type { LogLevels } from './log-levels.ts';
import { isMap, mapAt, stringAt, type WireId, type WireMap } from './message.ts';
import type { OwnRequests } from './own/own-requests.ts';
import type { ServerPool } from './pool.ts';
import { qualifyName } from './qualified-name.ts';
import { relay, tracedArguments, type RelayRequest } from './relay-call.ts';
import type { ReplySink } from './reply-sink.ts';
import type { NameRoute } from './routing-table.ts';
import type { Session } from './session.ts';
import type { Subscriptions } from './subscriptions.ts';
import { Trace } from './tracing.ts';

const LIST_METHODS: Readonly<Record<string, ListKind>> = {
  'tools/list': 'tools',
  'prompts/list': 'prompts',
  'resources/list': 'resources',
  'resources/templates/list': 'templates',
};

export class Dispatcher {
  readonly #core: RouterCore;
  readonly #levels: LogLevels;
  readonly #subscriptions: Subscriptions;
  readonly #own: OwnRequests;

  constructor(core: RouterCore, levels: LogLevels, subscriptions: Subscriptions, own: OwnRequests) {
    this.#core = core;
    this.#levels = levels;
    this.#subscriptions = subscriptions;
    this.#own = own;
  }

  request(session: Session, message: WireMap, bytes: number, sink: ReplySink): void {
    const id = message['id'] as WireId;
    const params = isMap(message['params']) ? message['params'] : undefined;
    const incoming: Incoming = {
      session,
      project: this.#core.project(session.project),
      message,
      method: String(message['method']),
      params,
      bytes,
      sink,
      idText: JSON.stringify(id),
    };
    if (session.inFlight.has(id)) {
      return fail(incoming, {
        code: RPC.invalidRequest,
        message: `Invalid request: id ${incoming.idText} is in flight`,
      });
    }
    this.#route(incoming);
  }

  #route(incoming: Incoming): void {
    const { method, params } = incoming;
    const list = LIST_METHODS[method];
    if (list !== undefined) return this.#list(incoming, list);
    switch (method) {
      case 'initialize':
        return answerInitialize(this.#core, incoming, this.#own.instructions(incoming.session));
      case 'ping':
        return incoming.sink.send(resultLine(incoming.idText, '{}'));
      case 'tools/call':
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
      default:
        return this.#unknown(incoming);
    }
  }

  #list(incoming: Incoming, kind: ListKind): void {
    const { project, params, sink, idText, message, session } = incoming;
    if (params !== undefined && params['cursor'] !== undefined) {
      // Lists are given whole, so no cursor can be one of ours.
      return fail(incoming, { code: RPC.invalidParams, message: 'Invalid params: unknown cursor' });
    }
    const text = (): string =>
      kind === 'templates' ? project.resultText(kind) : this.#own.resultText(session, project, kind);
    const answer = (): void => sink.send(resultLine(idText, text()));
    const wait = project.freshen(kind);
    if (wait === undefined) return answer();
    this.#later(session, message['id'] as WireId, sink, wait, answer);
  }

  /** Runs `then` after `wait` unless the request is cancelled meanwhile. */
  #later(session: Session, id: WireId, sink: ReplySink, wait: Promise<void>, then: () => void): void {
    let isCancelled = false;
    session.inFlight.set(id, {
      cancel: () => {
        isCancelled = true;
        sink.skip?.();
        session.settled(id);
      },
    });
    void wait.then(() => {
      if (isCancelled) return;
      session.inFlight.delete(id);
      then();
      // A relayed call is in flight from here on, under the same id.
      if (!session.inFlight.has(id)) session.settled(id);
    });
  }

  /** `holder[key]` is the agent's name for a tool or prompt. */
  #byName(incoming: Incoming, kind: 'tools' | 'prompts', holder: WireMap | undefined, key: string): void {
    const name = stringAt(holder, key);
    if (holder === undefined || name === undefined) {
      return fail(incoming, { code: RPC.invalidParams, message: `Invalid params: ${key} must be a string` });
    }
    const { project, session, message, sink } = incoming;
    const send = (route: NameRoute): void => {
      holder[key] = route.name;
      this.#toServer(
        incoming,
        route.server,
        kind === 'tools' && incoming.method === 'tools/call' ? route.name : undefined,
      );
    };
    const route = project[kind].routes.get(name);
    if (route !== undefined) return send(route);
    if (this.#own.named(incoming, name)) return;
    const wait = project.freshen(kind);
    const again = (): void => {
      const found = project[kind].routes.get(name);
      if (found !== undefined) return send(found);
      this.#unknownName(incoming, kind, name);
    };
    if (wait === undefined) again();
    else this.#later(session, message['id'] as WireId, sink, wait, again);
  }

  #unknownName(incoming: Incoming, kind: 'tools' | 'prompts', name: string): void {
    // Only for the message: a server that has never been up may well have it.
    const down = incoming.project.pools.find((pool) => {
      const prefix = pool.routed?.prefix ?? pool.name;
      return !pool.isConnected && !pool.lists[kind].isKnown && name.startsWith(qualifyName(prefix, '').name);
    });
    const error =
      down === undefined
        ? { code: RPC.invalidParams, message: `Unknown ${kind === 'tools' ? 'tool' : 'prompt'}: ${name}` }
        : downError(down.name, down.down, this.#core.clock.now());
    fail(incoming, error);
    if (incoming.method !== 'tools/call') return;
    // A call that reached no server is a call all the same: the audit knows what was asked for.
    this.#trace(incoming, down?.name ?? '-', name).end('rpc-error', {
      bytes: 0,
      error: `${error.code} ${error.message}`,
    });
  }

  #trace({ session, params, bytes }: Incoming, server: string, tool: string): Trace {
    const args = tracedArguments(params, this.#core.maxTracedArgumentBytes, bytes);
    return new Trace(this.#core, session, { server, tool, bytes, args });
  }

  /** `tool` is the upstream's name when this is a call of one. */
  #toServer(incoming: Incoming, server: string, tool?: string, extras: Partial<RelayRequest> = {}): void {
    const { session, message, method, sink } = incoming;
    const core = this.#core;
    const trace = tool === undefined ? undefined : this.#trace(incoming, server, tool);
    const pool = core.pool(server);
    const upstream = pool?.pick(session.affinity);
    const error = pool === undefined || upstream === undefined ? this.#down(server, pool) : overloaded(upstream);
    if (upstream === undefined || error !== undefined) {
      const shown = error ?? this.#down(server, pool);
      fail(incoming, shown);
      trace?.end('rpc-error', { bytes: 0, error: `${shown.code} ${shown.message}` });
      return;
    }
    relay(upstream, { core, session, sink, message, method, ...(trace === undefined ? {} : { trace }), ...extras });
  }

  #down(server: string, pool: ServerPool | undefined): RpcError {
    const down = pool?.down ?? { state: 'unknown', reason: 'it has been removed' };
    return downError(server, down, this.#core.clock.now());
  }

  #read(incoming: Incoming): void {
    if (this.#own.read(incoming)) return;
    this.#byUri(incoming, incoming.params, 'uri', (server) => this.#toServer(incoming, server), true);
  }

  #subscribe(incoming: Incoming): void {
    if (this.#own.subscribe(incoming)) return;
    const { session, params, method, sink, idText } = incoming;
    const exposed = stringAt(params, 'uri');
    this.#byUri(incoming, params, 'uri', (server, uri) => {
      const subscriptions = this.#subscriptions;
      if (method === 'resources/unsubscribe') {
        const isLast = subscriptions.remove(session, server, uri);
        if (!isLast) return sink.send(resultLine(idText, '{}'));
        return this.#toServer(incoming, server);
      }
      if (subscriptions.join(session, server, uri, exposed ?? uri)) return sink.send(resultLine(idText, '{}'));
      this.#toServer(incoming, server, undefined, {
        onEnd: (isGood, upstream) => {
          if (isGood) subscriptions.add(session, upstream, uri, exposed ?? uri);
        },
      });
    });
  }

  #complete(incoming: Incoming): void {
    const ref = mapAt(incoming.params, 'ref');
    if (ref?.['type'] === 'ref/prompt') return this.#byName(incoming, 'prompts', ref, 'name');
    if (this.#own.completeUri(incoming, stringAt(ref, 'uri'))) return;
    this.#byUri(incoming, ref, 'uri', (server) => this.#toServer(incoming, server));
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
    const { project, session, message, sink } = incoming;
    const deliver = (): boolean => {
      const route = project.routeUri(exposed) ?? onlyServer(project, exposed);
      if (route === undefined) return false;
      holder[key] = route.uri;
      send(route.server, route.uri);
      return true;
    };
    if (deliver()) return;
    const again = (): void => {
      if (deliver()) return;
      const upstreams = mayAsk ? candidates(project, session) : [];
      const [first, ...others] = upstreams;
      if (first === undefined) {
        return fail(incoming, { code: RPC.resourceNotFound, message: 'Resource not found', data: { uri: exposed } });
      }
      this.#toServer(incoming, first.server, undefined, { alternatives: others });
    };
    const waits = [project.freshen('resources'), project.freshen('templates')].filter((wait) => wait !== undefined);
    if (waits.length === 0) again();
    else
      this.#later(
        session,
        message['id'] as WireId,
        sink,
        Promise.all(waits).then(() => undefined),
        again,
      );
  }

  #setLevel(incoming: Incoming): void {
    const level = stringAt(incoming.params, 'level');
    if (level === undefined || !LOG_LEVELS.includes(level)) {
      return fail(incoming, {
        code: RPC.invalidParams,
        message: `Invalid params: level is one of ${LOG_LEVELS.join(', ')}`,
      });
    }
    incoming.session.logLevel = level;
    this.#levels.changed(incoming.project);
    incoming.sink.send(resultLine(incoming.idText, '{}'));
  }

  #unknown(incoming: Incoming): void {
    const { project, params, method } = incoming;
    const lone = project.transparent;
    if (lone !== undefined) return this.#toServer(incoming, lone.name);
    const name = stringAt(params, 'name');
    if (name !== undefined && project.tools.routes.has(name)) return this.#byName(incoming, 'tools', params, 'name');
    const uri = stringAt(params, 'uri');
    if (uri !== undefined && project.routeUri(uri) !== undefined) return this.#read(incoming);
    fail(incoming, { code: RPC.methodNotFound, message: `Method not found: ${method}` });
  }
}
