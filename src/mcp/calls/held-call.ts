/** Keeps a call that a stage holds: it ends by its stage's word, by the agent's, with its session, or when its time is over. */
import { unawaited } from '../../kernel/unawaited.ts';
import { timeWords } from '../../kernel/time-words.ts';
import type { InFlight } from '../downstream/in-flight.ts';
import type { WireId } from '../wire/message.ts';
import { INTERNAL, RPC, type RpcError } from '../wire/rpc-errors.ts';
import type { CallParts } from './call-parts.ts';
import { fail, resume, type Incoming } from './incoming.ts';
import type { Verdict } from './stages.ts';
import type { ToolCall } from './tool-call.ts';

export type Hold = Extract<Verdict, { readonly kind: 'hold' }>;

export class HeldCall implements InFlight {
  readonly #parts: CallParts;
  readonly #incoming: Incoming;
  readonly #call: ToolCall;
  readonly #hold: Hold;
  readonly #released: (verdict: Verdict | undefined) => void;
  readonly #dueMs: number;
  #isOver = false;

  /** `released` is called once, unless the call ends before. */
  constructor(
    parts: CallParts,
    incoming: Incoming,
    call: ToolCall,
    hold: Hold,
    released: (verdict: Verdict | undefined) => void,
  ) {
    this.#parts = parts;
    this.#incoming = incoming;
    this.#call = call;
    this.#hold = hold;
    this.#released = released;
    this.#dueMs = parts.core.clock.monotonicMs() + hold.timeoutMs;
  }

  start(): void {
    const { session } = this.#incoming;
    session.inFlight.set(this.#id, this);
    session.deadlines.by(this.#dueMs);
    unawaited(this.#hold.until.then(this.#release), this.#failed);
  }

  cancel(reason = 'cancelled'): void {
    if (!this.#give(reason)) return;
    this.#incoming.sink.skip?.();
    this.#call.end({ outcome: 'cancelled', bytes: 0, error: reason });
    this.#incoming.session.settled(this.#id);
  }

  look(nowMs: number): number {
    if (nowMs < this.#dueMs) return this.#dueMs;
    if (!this.#give('its time is over')) return Infinity;
    const { timeoutMs, why } = this.#hold;
    this.#refuse('timeout', {
      code: RPC.timeout,
      message: `the call of ${this.#call.server}/${this.#call.tool} was held for ${timeWords(timeoutMs)}: ${why}`,
      data: { server: this.#call.server, timeoutMs },
    });
    return Infinity;
  }

  get #id(): WireId {
    return this.#incoming.message['id'] as WireId;
  }

  readonly #release = (verdict: Verdict | undefined): void => {
    if (this.#isOver) return;
    this.#isOver = true;
    resume(this.#incoming, this.#parts.core.bugs, () => this.#released(verdict));
  };

  readonly #failed = (error: unknown): void => {
    this.#parts.core.bugs.report('a stage that held a call', error);
    if (this.#isOver) return;
    this.#isOver = true;
    this.#refuse('rpc-error', INTERNAL);
  };

  /** False when it was over already. */
  #give(reason: string): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#hold.dropped?.(reason);
    return true;
  }

  #refuse(outcome: 'rpc-error' | 'timeout', error: RpcError): void {
    fail(this.#incoming, error);
    this.#call.end({ outcome, bytes: 0, error: `${error.code} ${error.message}` });
    this.#incoming.session.settled(this.#id);
  }
}
