/** Records what failed: the reason on the instance, the wait until the next attempt, the audit event. */
import type { BootClock } from '../../kernel/boot-clock.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Failure, FailureOf } from '../../store/schema/failure.ts';
import type { Prober } from '../probes/prober.ts';
import type { Masker } from '../secrets/masker.ts';
import { dueByBoot, recordFailure, scheduledWaitMs, type BackoffPolicy } from './backoff.ts';
import { askedWaitMs, maskedFailure } from './failure-facts.ts';
import { failureLine, failureWords, severityOf, type FailureWords } from './failure-words.ts';
import type { Fleet } from './fleet.ts';
import type { LiveInstance } from './live-instance.ts';
import { errorState, type ErrorState } from './live-state.ts';
import type { StartJournal } from './start-journal.ts';
import { instanceEvent } from './words.ts';

export interface FailureParts {
  readonly clock: Clock;
  readonly bootClock: BootClock;
  readonly fleet: Fleet;
  readonly journal: StartJournal;
  readonly masker: Masker;
  readonly policy: BackoffPolicy;
  readonly prober: Prober;
  readonly random: () => number;
  readonly wake: () => void;
}

/** A crash after so long is no failed start. */
const READY_MS = 60_000;
/** How soon an unreachable container engine is tried again when nobody says that it is back. */
const UNREACHABLE_POLL_MS = 5_000;

export class Failures {
  readonly #o: FailureParts;

  constructor(parts: FailureParts) {
    this.#o = parts;
  }

  /** Before anything is started: a server that ended two engines in a row is left to an operator. */
  async holdSuspects(): Promise<void> {
    const { clock, fleet, journal, policy, random } = this.#o;
    for (const live of fleet.all()) {
      if (!journal.held.has(live.record.serverId) || live.record.desired === 'stopped') continue;
      const failure: Failure = { kind: 'suspect' };
      const words = this.#wordsOf(live, failure);
      const { code, message } = words;
      const retry = recordFailure(policy, live.record.retry, code, clock.now(), random());
      live.record = { ...live.record, held: true, retry, failure };
      live.enter(errorState(live.state.phase === 'error' ? live.state.dueAtMono : undefined), clock);
      live.note('error', `${failureLine(words)}; held`, clock.now());
      await fleet.save(live, [instanceEvent(live, 'instance_hold', 'error', { message, detail: { code } })]);
    }
  }

  /** What was ready for a minute is started again at once; what ends sooner waits as a failed start does. */
  async ended(live: LiveInstance, raw: Failure): Promise<void> {
    const { clock, fleet } = this.#o;
    const readyMs = live.readySinceMono === undefined ? 0 : clock.monotonicMs() - live.readySinceMono;
    if (readyMs < READY_MS || live.phase !== 'running') return this.fail(live, raw, 'instance_exit');
    this.#o.prober.begunAnew(live);
    const words = this.#enterError(live, raw, errorState(clock.monotonicMs(), true));
    const message = failureLine(words);
    const detail = { code: words.code, retryInMs: 0, readyMs: Math.round(readyMs) };
    await fleet.save(live, [instanceEvent(live, 'instance_exit', 'error', { message, detail })]);
  }

  /** What ended with its container engine has not failed: it starts again as soon as that engine is back. */
  async runtimeWentAway(live: LiveInstance, failure: FailureOf<'runtime-away'>): Promise<void> {
    const { clock, fleet, wake } = this.#o;
    const { message } = this.#enterError(live, failure, errorState(clock.monotonicMs()), (words) => words.message);
    await fleet.save(live, [instanceEvent(live, 'instance_exit', 'error', { message })]);
    wake();
  }

  async fail(live: LiveInstance, raw: Failure, kind: string, durationMs?: number): Promise<void> {
    if (live.phase === 'starting' || live.phase === 'running') await this.failed(live, raw, kind, durationMs);
  }

  async failed(live: LiveInstance, raw: Failure, kind: string, durationMs?: number): Promise<void> {
    const { bootClock, clock, fleet, policy, random } = this.#o;
    const { code } = this.#wordsOf(live, raw);
    const failed = recordFailure(policy, live.record.retry, code, clock.now(), random(), askedWaitMs(raw));
    this.#o.prober.begunAnew(live);
    const retry = dueByBoot(failed, bootClock.now());
    const waitMs = scheduledWaitMs(retry);
    live.record = { ...live.record, retry };
    const words = this.#enterError(live, raw, errorState(clock.monotonicMs() + waitMs));
    await fleet.save(live, [
      instanceEvent(live, kind, 'error', {
        message: failureLine(words),
        ...(durationMs === undefined ? {} : { durationMs }),
        detail: { attempt: retry.attemptCount, code, retryInMs: waitMs },
      }),
    ]);
  }

  async runtimeAway(live: LiveInstance, failure: FailureOf<'runtime-away'>, durationMs: number): Promise<void> {
    const { clock, fleet } = this.#o;
    if (live.phase !== 'starting') return;
    const before = live.record.failure;
    const repeated = before?.kind === 'runtime-away' && before.state === failure.state;
    // Not an error of the server: nothing is counted, and it starts as soon as the engine of the containers is back.
    const message = failureLine(this.#enterError(live, failure, errorState(clock.monotonicMs() + UNREACHABLE_POLL_MS)));
    await fleet.save(live, repeated ? [] : [instanceEvent(live, 'instance_attempt', 'error', { durationMs, message })]);
  }

  /** Without the values of secrets, in its record and in its events. */
  #enterError(live: LiveInstance, raw: Failure, state: ErrorState, lineOf = failureLine): FailureWords {
    const { clock, masker } = this.#o;
    const failure = maskedFailure(raw, (text) => masker.mask(text));
    live.record = { ...live.record, failure };
    live.enter(state, clock);
    const words = this.#wordsOf(live, failure);
    live.note(severityOf(failure), lineOf(words), clock.now());
    return words;
  }

  #wordsOf(live: LiveInstance, failure: Failure): FailureWords {
    return failureWords(failure, this.#o.fleet.namesOf(live));
  }
}
