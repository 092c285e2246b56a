/** Tells the observer of a session's counters, at most once a second each. */
import type { Clock, Timer } from '../../kernel/clock.ts';
import type { Session } from './session.ts';
import type { RouterObserver } from '../types/observer.ts';

const INTERVAL_MS = 1000;

export class SessionCounters {
  readonly #clock: Clock;
  readonly #observer: RouterObserver;
  readonly #toldMs = new WeakMap<Session, number>();
  readonly #timers = new Map<Session, Timer>();

  constructor(clock: Clock, observer: RouterObserver) {
    this.#clock = clock;
    this.#observer = observer;
  }

  changed(session: Session): void {
    if (session.isEnded || this.#timers.has(session)) return;
    const waitMs = (this.#toldMs.get(session) ?? -Infinity) + INTERVAL_MS - this.#clock.monotonicMs();
    if (waitMs <= 0) return this.#tell(session);
    this.#timers.set(
      session,
      this.#clock.after(waitMs, () => this.#tell(session), { unref: true }),
    );
  }

  ended(session: Session): void {
    this.#timers.get(session)?.cancel();
    this.#timers.delete(session);
  }

  #tell(session: Session): void {
    this.#timers.delete(session);
    this.#toldMs.set(session, this.#clock.monotonicMs());
    this.#observer.sessionChanged(session.info);
  }
}
