/** Reads time and sets timers: the only place that does; everything else is handed a `Clock`. */
import { wordFor } from './foreign.ts';

/** Milliseconds since 1970-01-01T00:00Z. */
export type EpochMs = number;

export interface Timer {
  /** Idempotent; a cancelled timer never fires. */
  cancel(): void;
}

export interface Clock {
  /** Wall clock; may jump either way. */
  now(): EpochMs;
  /** Never goes back; only differences mean anything. Milliseconds with a fraction. */
  monotonicMs(): number;
  /** Runs `fn` once after at least `delayMs` of monotonic time. Does not keep the process alive when `unref` is true. */
  after(delayMs: number, fn: () => void, options?: { readonly unref?: boolean }): Timer;
}

/** Node refuses longer delays (it fires them at once). */
const MAX_DELAY_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, fn, options) {
    const handle = setTimeout(fn, Math.min(Math.max(0, delayMs), MAX_DELAY_MS));
    if (options?.unref === true) handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};

/** Runs `fn` after whatever else has arrived meanwhile has had its turn. */
export function nextTurn(fn: () => void): void {
  setImmediate(fn);
}

/** Resolves after `delayMs`, or at once when `signal` aborts; never rejects, so that loops check the signal themselves. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const done = (): void => {
      timer.cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.after(delayMs, done);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** Whether `work` settles within `ms`; a rejection that comes in time is passed on. */
export async function settlesWithin(clock: Clock, ms: number, work: Promise<unknown>): Promise<boolean> {
  const late = new AbortController();
  try {
    return await Promise.race([work.then(() => true), sleep(clock, ms, late.signal).then(() => false)]);
  } finally {
    late.abort();
  }
}

/** The promise's outcome, or `onTimeout()` thrown once `ms` have passed. A late outcome is ignored, a late rejection too. */
export function withDeadline<T>(clock: Clock, ms: number, work: Promise<T>, onTimeout: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(ms, () => reject(onTimeout()));
    work.then(
      (value) => {
        timer.cancel();
        resolve(value);
      },
      (error: unknown) => {
        timer.cancel();
        reject(error instanceof Error ? error : new Error(wordFor(error)));
      },
    );
  });
}
