/**
 * Keeps a token that is good at any moment: renewed at two thirds of its life, and replaced by one new login when that is refused.
 * The old one is used until the new one is there, so that no start finds none.
 */
import type { Timer } from '../../../kernel/clock.ts';
import { unawaited } from '../../../kernel/unawaited.ts';
import type { Unresolved } from '../secret-source.ts';
import type { Lease } from './bao-answers.ts';
import type { BaoLogin, BaoParts, LoginOutcome } from './bao-login.ts';

/** Two thirds of a life. */
const RENEW_AT = 2 / 3;
/** A renewal that gives less than this part of the life it had is near the end of what may be renewed. */
const SHRUNK = 1 / 3;
/** What could not be renewed is tried again after a part of what is left, and not faster. */
const LEAST_WAIT_MS = 1_000;

interface Held extends Lease {
  /** Monotonic; undefined: it does not end. */
  readonly endsAtMono: number | undefined;
}

export class BaoLease {
  readonly #clock: BaoParts['clock'];
  readonly #login: BaoLogin;
  readonly #told: () => void;
  #held: Held | undefined;
  #asked: Promise<LoginOutcome> | undefined;
  #timer: Timer | undefined;
  #isClosed = false;

  /** `told`: what `endsInMs` says has changed. */
  constructor(clock: BaoParts['clock'], login: BaoLogin, told: () => void) {
    this.#clock = clock;
    this.#login = login;
    this.#told = told;
  }

  /** Milliseconds of life; undefined when there is no token, or its life has no end. */
  get endsInMs(): number | undefined {
    const ends = this.#held?.endsAtMono;
    return ends === undefined ? undefined : Math.max(0, ends - this.#clock.monotonicMs());
  }

  async token(): Promise<{ readonly ok: true; readonly token: string } | Unresolved> {
    const held = this.#held;
    if (held !== undefined && !this.#isOver(held)) return { ok: true, token: held.token };
    const outcome = await this.#logIn();
    return outcome.ok ? { ok: true, token: outcome.lease.token } : outcome;
  }

  /** One new login for all who were refused with this token; what has replaced it meanwhile counts as that. */
  async replaced(token: string): Promise<LoginOutcome> {
    const held = this.#held;
    if (held !== undefined && held.token !== token) return { ok: true, lease: held };
    return this.#logIn();
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#held = undefined;
  }

  #isOver({ endsAtMono }: Held): boolean {
    return endsAtMono !== undefined && endsAtMono <= this.#clock.monotonicMs();
  }

  #logIn(): Promise<LoginOutcome> {
    this.#asked ??= this.#login
      .login()
      .then((outcome) => {
        if (outcome.ok) this.#hold(outcome.lease);
        return outcome;
      })
      .finally(() => (this.#asked = undefined));
    return this.#asked;
  }

  #hold(lease: Lease): void {
    if (this.#isClosed) return;
    const ms = lease.seconds * 1_000;
    const endsAtMono = ms === 0 ? undefined : this.#clock.monotonicMs() + ms;
    this.#held = { ...lease, endsAtMono };
    this.#timer?.cancel();
    if (ms > 0) this.#after(ms * RENEW_AT);
    this.#told();
  }

  #after(ms: number): void {
    if (this.#isClosed) return;
    this.#timer?.cancel();
    const renew = (): void => unawaited(this.#renew());
    this.#timer = this.#clock.after(Math.max(LEAST_WAIT_MS, ms), renew, { unref: true });
  }

  async #renew(): Promise<void> {
    const held = this.#held;
    if (held === undefined || this.#isClosed) return;
    if (held.isRenewable) {
      const renewed = await this.#login.renew(held.token);
      if (renewed.ok && renewed.lease.seconds >= held.seconds * SHRUNK) return this.#hold(renewed.lease);
      if (!renewed.ok && renewed.why !== 'login') return this.#tryAgain(held);
    }
    const fresh = await this.#logIn();
    if (!fresh.ok) this.#tryAgain(held);
  }

  /** As long as there is something left of it; then the next who asks logs in. */
  #tryAgain({ endsAtMono }: Held): void {
    const left = (endsAtMono ?? 0) - this.#clock.monotonicMs();
    if (left > 0) this.#after(left * SHRUNK);
  }
}
