/** Brings a request to the instance that serves its session, which may have to be waited for, or answers why it cannot. */
import { unawaited } from '../../kernel/unawaited.ts';
import type { CallParts } from './call-parts.ts';
import { Gate } from '../servers/serial-gate.ts';
import { fail, goOn, overloaded, type Incoming } from './incoming.ts';
import { comingWithin } from '../servers/freshen.ts';
import type { WireId, WireMap } from '../wire/message.ts';
import { relay, type RelayRequest } from './relay-call.ts';
import { downError, type RpcError } from '../wire/rpc-errors.ts';
import { secretNamesOf } from '../lists/schema-secrets.ts';
import { Trace, tracedArguments } from './tracing.ts';
import type { Upstream } from '../upstream/upstream.ts';

export interface CalledTool {
  /** The upstream's own. */
  readonly name: string;
  /** As the upstream lists it; absent when no list has it. */
  readonly item?: WireMap;
}

type RelayExtras = Pick<RelayRequest, 'alternatives' | 'onEnd'>;

const NO_EXTRAS: RelayExtras = {};

export class Delivery {
  readonly #parts: CallParts;
  /** Of instances that take few requests at a time. */
  readonly #gates = new WeakMap<Upstream, Gate>();

  constructor(parts: CallParts) {
    this.#parts = parts;
  }

  /** `tool`: the upstream's, when this is a call of one. */
  send(incoming: Incoming, server: string, tool?: CalledTool, extras: RelayExtras = NO_EXTRAS): void {
    const { session, message, method, sink } = incoming;
    const { core, registry } = this.#parts;
    const tried = this.tried(server);
    if (tried !== undefined) return this.later(incoming, tried, () => this.send(incoming, server, tool, extras));
    const trace = tool === undefined ? undefined : this.trace(incoming, server, tool);
    const go = (outcome: Upstream | RpcError): void => {
      const error = 'code' in outcome ? outcome : overloaded(outcome);
      if ('code' in outcome || error !== undefined) return this.#refuse(incoming, error as RpcError, trace);
      const { alternatives, onEnd } = extras;
      const request = { parts: this.#parts, session, sink, message, method, trace, alternatives, onEnd };
      const most = registry.pool(server)?.routed?.maxInFlight;
      if (most === undefined) relay(outcome, request);
      else this.#inTurn(incoming, outcome, this.#gate(outcome, most), request);
    };
    const pool = registry.pool(server);
    const away = pool?.routed?.away;
    if (away !== undefined) return go(downError(server, away, core.clock.now()));
    const held = pool?.held(session);
    if (held !== undefined) return go(held);
    if (pool === undefined) {
      return go(downError(server, { state: 'unknown', reason: 'it has been removed' }, core.clock.now()));
    }
    this.#waitFor(incoming, (receive) => pool.acquire(session, receive), go, trace);
  }

  /** A server that is down may be tried again now that somebody asks for it. */
  tried(server: string): Promise<void> | undefined {
    const pool = this.#parts.registry.pool(server);
    const isDown = pool?.isConnected === false && pool.routed?.down?.state === 'error';
    return isDown ? this.#parts.core.observer.wanted?.(server) : undefined;
  }

  /** A server that may have what is asked for is on its way: resolves when it is there, cannot be hoped for, or is late. */
  coming(server: string): Promise<void> | undefined {
    const pool = this.#parts.registry.pool(server);
    if (pool?.isComing !== true) return undefined;
    return comingWithin(this.#parts.core.clock, pool);
  }

  /** Runs `then` after `wait` unless the request is cancelled meanwhile. */
  later(incoming: Incoming, wait: Promise<void>, then: () => void): void {
    const { session, message, sink } = incoming;
    const id = message['id'] as WireId;
    let isCancelled = false;
    session.inFlight.set(id, {
      cancel: () => {
        isCancelled = true;
        sink.skip?.();
        session.settled(id);
      },
    });
    const proceed = (): void => {
      if (isCancelled) return;
      session.inFlight.delete(id);
      goOn(incoming, this.#parts.core.bugs, then);
      // A relayed call is in flight from here on, under the same id.
      if (!session.inFlight.has(id)) session.settled(id);
    };
    unawaited(wait.then(proceed), (error) => this.#parts.core.bugs.report('a request that had waited', error));
  }

  trace({ session, params, bytes }: Incoming, server: string, { name, item }: CalledTool): Trace {
    const args = tracedArguments(params, this.#parts.core.maxTracedArgumentBytes, bytes);
    const secretNames = item === undefined ? undefined : secretNamesOf(item);
    return new Trace(this.#parts, session, { server, tool: name, bytes, secretNames, ...args });
  }

  #gate(upstream: Upstream, limit: number): Gate {
    const gate = this.#gates.get(upstream) ?? new Gate(limit);
    this.#gates.set(upstream, gate);
    return gate;
  }

  /** Relays when it is the request's turn at its instance. */
  #inTurn(incoming: Incoming, upstream: Upstream, gate: Gate, request: RelayRequest): void {
    const ended: RelayRequest['onEnd'] = (isGood, by) => {
      request.onEnd?.(isGood, by);
      gate.leave();
    };
    const go = (): void => {
      // What it waited for may be the end of its own session's calls: then nobody wants it any more.
      if (!incoming.session.isEnded) return relay(upstream, { ...request, onEnd: ended });
      request.trace?.end('cancelled', { bytes: 0 });
      gate.leave();
    };
    this.#waitFor(incoming, (receive) => gate.enter(() => receive(upstream)), go, request.trace);
  }

  /** `ask` calls back once, now or later, and returns how to take the wish back. */
  #waitFor(
    incoming: Incoming,
    ask: (receive: (outcome: Upstream | RpcError) => void) => () => void,
    go: (outcome: Upstream | RpcError) => void,
    trace: Trace | undefined,
  ): void {
    const { session, message, sink } = incoming;
    const id = message['id'] as WireId;
    let isWaiting = false;
    let isOver = false;
    const takeBack = ask((outcome) => {
      if (isOver) return;
      isOver = true;
      if (!isWaiting) return go(outcome);
      session.inFlight.delete(id);
      goOn(incoming, this.#parts.core.bugs, () => go(outcome));
      // A session that only waited for this answer may end now.
      if (!session.inFlight.has(id)) session.settled(id);
    });
    if (isOver) return;
    isWaiting = true;
    session.inFlight.set(id, {
      cancel(reason) {
        isOver = true;
        takeBack();
        sink.skip?.();
        trace?.end('cancelled', { bytes: 0, ...(reason === undefined ? {} : { error: reason }) });
        session.settled(id);
      },
    });
  }

  #refuse(incoming: Incoming, error: RpcError, trace: Trace | undefined): void {
    fail(incoming, error);
    trace?.end('rpc-error', { bytes: 0, error: `${error.code} ${error.message}` });
  }
}
