/** Holds one instance as the engine knows it: the record that outlives the engine, its state, and what is wished of it. */
import type { Clock, EpochMs } from '../../kernel/clock.ts';
import type { Instance } from '../../store/schema/instance.ts';
import type { Lease, LiveState, Serving, Started } from './live-state.ts';
import { errorState } from './live-state.ts';
import { isLegalPhaseChange, type Health, type Phase } from './phase.ts';

const MAX_EVENTS = 50;
const MAX_SAMPLES = 16;

export class LiveInstance {
  record: Instance;
  phaseSince: EpochMs;
  /** What it was last started with; undefined when this engine has never started it. */
  started: Started | undefined;
  /** Monotonic instant since which it is ready; it outlives a fresh process for the next session. */
  readySinceMono: number | undefined;
  restartAsked = false;
  /** Somebody wants it restarted when its turn comes and its calls have ended. */
  turnAsked = false;
  /** The definition's version that it was stopped for last. */
  restartedFor: number | undefined;
  /** Monotonic instant since which it is given no more calls, because it will be restarted for a changed definition. */
  drainingSinceMono: number | undefined;
  /** An agent asks for it while it is in its back-off; called when it has been tried. */
  used: (() => void) | undefined;
  /** Why a fresh instance should take its place: its session has ended. */
  recycleReason: string | undefined;
  tools: readonly { readonly name: string; readonly title?: string; readonly description?: string }[] | undefined;
  /** Names of entries whose secrets did not resolve when that was tried last, and these secrets: `file/NAME`. */
  unresolved: readonly string[] = [];
  unresolvedKeys: readonly string[] = [];
  invalidLines = 0;
  eventCount: number;
  samples: (number | null)[] = [];
  lastProbeAt: EpochMs | undefined;
  lastProbeError: string | undefined;
  /** The record could not be saved (disk full): tried again at the next pass. */
  unsaved = false;
  #state: LiveState;

  constructor(record: Instance, now: EpochMs) {
    this.record = record;
    this.eventCount = record.events.length;
    const isFailed = record.retry !== undefined && record.failure !== undefined;
    this.#state =
      record.desired === 'stopped' ? { phase: 'stopped' } : isFailed ? errorState(undefined) : { phase: 'pending' };
    this.phaseSince = this.phase === 'stopped' ? record.desiredAt : now;
  }

  get id(): string {
    return this.record.id;
  }

  get name(): string {
    return this.record.name;
  }

  get state(): LiveState {
    return this.#state;
  }

  get phase(): Phase {
    return this.#state.phase;
  }

  /** A start is what was asked for; what was known of the last process is past. */
  settleWishes(): void {
    this.restartAsked = false;
    this.turnAsked = false;
    this.recycleReason = undefined;
    this.tools = undefined;
  }

  /** @throws Error for an illegal change, which is a bug. */
  enter(next: LiveState, clock: Clock): void {
    const { phase } = next;
    if (!isLegalPhaseChange(this.phase, phase)) throw new Error(`${this.name}: ${this.phase} → ${phase} is not legal`);
    if (this.phase !== phase) this.phaseSince = clock.now();
    this.#state = next;
    if (phase !== 'running') this.drainingSinceMono = undefined;
    // A session has ended, which says nothing of how ready it is.
    if (phase !== 'running' && this.recycleReason === undefined) this.readySinceMono = undefined;
  }

  /** Adds an event, or counts it when it repeats the newest one. */
  note(kind: string, message: string, now: EpochMs): void {
    const events = this.record.events;
    const last = events.at(-1);
    const repeats = last !== undefined && last.kind === kind && last.message === message;
    const entry = repeats
      ? { ...last, at: now, count: last.count + 1, since: last.since ?? last.at }
      : { at: now, kind, message, count: 1 };
    const kept = repeats ? events.slice(0, -1) : events.slice(-(MAX_EVENTS - 1));
    this.record = { ...this.record, events: [...kept, entry] };
    this.eventCount += 1;
  }

  sample(durationMs: number | null): void {
    this.samples = [...this.samples.slice(-(MAX_SAMPLES - 1)), durationMs];
  }

  /** What the router tells of it; undefined while it is not connected. */
  get serving(): Serving | undefined {
    const state = this.#state;
    return state.phase === 'starting' || state.phase === 'running' ? state.serving : undefined;
  }

  get lease(): Lease | undefined {
    return this.serving?.lease;
  }

  /** Secrets that have changed since it was started. */
  get stale(): readonly string[] {
    return this.#state.phase === 'running' ? this.#state.stale : [];
  }

  /** What its probes say, and its lists: nothing is healthy whose list agents do not get. */
  get health(): Health {
    if (this.#state.phase !== 'running') return 'unknown';
    const { tally, serving } = this.#state;
    return tally.health === 'healthy' && serving.failedLists.size > 0 ? 'degraded' : tally.health;
  }

  /** Why it is not healthy, as far as that is known. */
  get whyNotHealthy(): string | undefined {
    if (this.#state.phase !== 'running') return undefined;
    const { tally, healthReason, serving } = this.#state;
    const [failed] = serving.failedLists;
    if (tally.health !== 'healthy' || failed === undefined) return healthReason;
    return `LIST_FAILED ${failed[0]}: ${failed[1]}`;
  }

  /** Milliseconds until the next attempt, 0 when due, undefined when none is waited for. */
  dueInMs(clock: Clock): number | undefined {
    if (this.#state.phase !== 'error' || this.#state.dueAtMono === undefined) return undefined;
    return Math.max(0, this.#state.dueAtMono - clock.monotonicMs());
  }
}
