/** Brings requests to the instances that serve their sessions; both may have to wait for a server. */
import { unawaited } from '../../kernel/unawaited.ts';
import { comingWithin } from '../servers/freshen.ts';
import { SerialGate } from '../servers/serial-gate.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { WireId } from '../wire/message.ts';
import type { CallParts } from './call-parts.ts';
import { RPC } from '../wire/rpc-errors.ts';
import { fail, resume, type Incoming } from './incoming.ts';
import { Passage, type PassageRequest } from './passage.ts';
import { ToolCall, type CalledTool } from './tool-call.ts';

type Extras = Pick<PassageRequest, 'alternatives' | 'onEnd'> & {
  /** It belongs to a call that was judged. */
  readonly isJudged?: boolean;
};

const NO_EXTRAS: Extras = {};

export class Delivery {
  readonly #parts: CallParts;
  /** Of instances that take few requests at a time. */
  readonly #gates = new WeakMap<Upstream, SerialGate>();

  constructor(parts: CallParts) {
    this.#parts = parts;
  }

  /** `tool`: the server's, when this is a call of one. */
  send(incoming: Incoming, server: string, tool?: CalledTool, extras: Extras = NO_EXTRAS): void {
    if (tool === undefined && extras.isJudged !== true && !this.#parts.stages.reaches(incoming.session, server)) {
      return fail(incoming, { code: RPC.resourceNotFound, message: `server ${server} is not for this session` });
    }
    const tried = this.tried(server);
    if (tried !== undefined) return this.later(incoming, tried, () => this.send(incoming, server, tool, extras));
    const call = tool === undefined ? undefined : this.call(incoming, server, tool);
    const { alternatives, onEnd } = extras;
    new Passage(this.#parts, { incoming, server, call, alternatives, onEnd, gate: this.#gate }).start();
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
    return pool?.isComing === true ? comingWithin(this.#parts.core.clock, pool) : undefined;
  }

  /** Runs `then` after `wait` unless the request is cancelled meanwhile. */
  later(incoming: Incoming, wait: Promise<void>, then: () => void): void {
    const { session, message, sink } = incoming;
    const { bugs } = this.#parts.core;
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
      if (!isCancelled) resume(incoming, bugs, then);
    };
    unawaited(wait.then(proceed), (error) => bugs.report('a request that had waited', error));
  }

  call(incoming: Incoming, server: string, tool: CalledTool): ToolCall {
    return new ToolCall(this.#parts, incoming, server, tool);
  }

  readonly #gate = (upstream: Upstream, limit: number): SerialGate => {
    const gate = this.#gates.get(upstream) ?? new SerialGate(limit);
    this.#gates.set(upstream, gate);
    return gate;
  };
}
