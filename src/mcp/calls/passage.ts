/** Takes one request to the instance that serves its session: past the stages, through waits, and on to the relay. */
import type { ServerPool } from '../servers/pool.ts';
import type { SerialGate } from '../servers/serial-gate.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { downError, INTERNAL, type RpcError } from '../wire/rpc-errors.ts';
import { answerCall } from './answer-text.ts';
import type { CallParts } from './call-parts.ts';
import { HeldCall } from './held-call.ts';
import { fail, overloaded, type Incoming } from './incoming.ts';
import { relay, type RelayRequest } from './relay-call.ts';
import type { Verdict } from './stages.ts';
import type { ToolCall } from './tool-call.ts';
import { Waiting, type Ask } from './waiting.ts';

export interface PassageRequest {
  readonly incoming: Incoming;
  readonly server: string;
  /** Present for `tools/call`. */
  readonly call: ToolCall | undefined;
  readonly alternatives?: string[] | undefined;
  readonly onEnd?: RelayRequest['onEnd'];
  /** The turns of an instance that takes few requests at a time. */
  gate(upstream: Upstream, limit: number): SerialGate;
}

export class Passage {
  readonly #parts: CallParts;
  readonly #r: PassageRequest;
  /** Stages that have let it pass. */
  #passed = 0;
  #gate: SerialGate | undefined;
  /** Of the server when the stages began to judge the call, which they may hold more than once. */
  #definition: string | undefined;

  constructor(parts: CallParts, request: PassageRequest) {
    this.#parts = parts;
    this.#r = request;
  }

  start(): void {
    const { call } = this.#r;
    if (call === undefined || call.stages.before.length === 0) return this.#acquire();
    this.#definition = this.#parts.registry.pool(this.#r.server)?.routed?.definition;
    this.#judge(call);
  }

  #judge(call: ToolCall): void {
    const { before } = call.stages;
    while (this.#passed < before.length) {
      const stage = before[this.#passed];
      this.#passed += 1;
      let verdict: Verdict | undefined;
      try {
        verdict = stage?.before?.(call);
      } catch (error) {
        this.#parts.core.bugs.report(`stage ${stage?.id ?? '-'}`, error);
        return this.#refuse(INTERNAL);
      }
      if (verdict !== undefined) return this.#obey(call, verdict);
    }
    this.#acquire();
  }

  #obey(call: ToolCall, verdict: Verdict): void {
    if (verdict.kind === 'answer') return answerCall(this.#r.incoming, call, verdict.answer);
    new HeldCall(this.#parts, this.#r.incoming, call, verdict, this.#released).start();
  }

  /** Much may have happened meanwhile: the server must still be the one whose tool was judged. */
  readonly #released = (verdict: Verdict | undefined): void => {
    const { call, incoming, server } = this.#r;
    if (call === undefined || incoming.session.isEnded) return;
    if (verdict !== undefined) return this.#obey(call, verdict);
    const routed = this.#parts.registry.pool(server)?.routed;
    const isSame = routed?.project === incoming.project.name && routed.definition === this.#definition;
    if (isSame) this.#judge(call);
    else this.#refuse(this.#gone('it was changed or removed while the call was held'));
  };

  #acquire(): void {
    const { incoming, server } = this.#r;
    const { core, registry } = this.#parts;
    const pool = registry.pool(server);
    const away = pool?.routed?.away;
    if (away !== undefined) return this.#refuse(downError(server, away, core.clock.now()));
    if (pool === undefined) return this.#refuse(this.#gone('it has been removed'));
    const ready = pool.ready(incoming.session);
    if (ready !== undefined) this.#deliver(ready, pool);
    else this.#wait((receive) => pool.acquire(incoming.session, receive), this.#acquired);
  }

  readonly #acquired = (outcome: Upstream | RpcError): void => {
    if ('code' in outcome) this.#refuse(outcome);
    else this.#deliver(outcome, this.#parts.registry.pool(this.#r.server));
  };

  #deliver(upstream: Upstream, pool: ServerPool | undefined): void {
    const error = overloaded(upstream);
    if (error !== undefined) return this.#refuse(error);
    const most = pool?.routed?.maxInFlight;
    if (most === undefined) return this.#relay(upstream, this.#r.onEnd);
    const gate = this.#r.gate(upstream, most);
    this.#gate = gate;
    this.#wait((receive) => gate.enter(() => receive(upstream)), this.#entered);
  }

  /** It is the request's turn at its instance. */
  readonly #entered = (upstream: Upstream | RpcError): void => {
    // It may have waited for the end of its own session's calls: then nobody wants it any more.
    if (!this.#r.incoming.session.isEnded && !('code' in upstream)) return this.#relay(upstream, this.#leaves);
    this.#r.call?.end({ outcome: 'cancelled', bytes: 0 });
    this.#gate?.leave();
  };

  readonly #leaves = (isGood: boolean, by: Upstream): void => {
    this.#r.onEnd?.(isGood, by);
    this.#gate?.leave();
  };

  #relay(upstream: Upstream, onEnd: RelayRequest['onEnd']): void {
    const { incoming, call, alternatives } = this.#r;
    relay(upstream, { parts: this.#parts, incoming, call, alternatives, onEnd });
  }

  #wait(ask: Ask, then: (outcome: Upstream | RpcError) => void): void {
    new Waiting(this.#parts.core.bugs, this.#r.incoming, this.#r.call, then).start(ask);
  }

  #gone(reason: string): RpcError {
    return downError(this.#r.server, { state: 'unknown', reason }, this.#parts.core.clock.now());
  }

  #refuse(error: RpcError): void {
    fail(this.#r.incoming, error);
    this.#r.call?.end({ outcome: 'rpc-error', bytes: 0, error: `${error.code} ${error.message}` });
  }
}
