/** One instance as the engine holds it: the record that outlives the engine and what only a running engine knows. */
import type { Clock, EpochMs } from '../../kernel/clock.ts';
import type { Instance } from '../../store/schema/instance.ts';
import type { Server } from '../../store/schema/server.ts';
import { untried, type Tally } from '../probes/thresholds.ts';
import type { Running } from '../ports.ts';
import { isLegalPhaseChange, type Health, type Phase } from './phase.ts';

const MAX_EVENTS = 50;
const MAX_SAMPLES = 16;

export interface Lease {
  readonly sessionId: string;
  /** Name and version of the session's client. */
  readonly client: string;
  readonly since: EpochMs;
}

export class LiveInstance {
  record: Instance;
  phase: Phase;
  phaseSince: EpochMs;
  tally: Tally = untried;
  healthReason: string | undefined;
  /** The definition it was last started with, and its version. */
  started: { readonly server: Server; readonly version: number } | undefined;
  /** Monotonic instant at which its last start began. */
  startedAtMono: number | undefined;
  process: Running | undefined;
  attempt: AbortController | undefined;
  /** The start under way; settles when it has ended and cleaned up. */
  starting: Promise<void> | undefined;
  /** Monotonic instant of the next attempt; undefined = none is waited for. */
  dueAtMono: number | undefined;
  /** Monotonic instant since which it is running and healthy. */
  readySinceMono: number | undefined;
  causeGone = false;
  /** It was ready for long and has ended: it is started again at once. */
  crashed = false;
  retryAsked = false;
  restartAsked = false;
  /** An agent asks for it while it is in its back-off; called when it has been tried. */
  used: (() => void) | undefined;
  /** Why a fresh instance should take its place: its session has ended. */
  recycleReason: string | undefined;
  /** The session that it serves, and no other. */
  lease: Lease | undefined;
  /** Lists that it did not answer for when it was asked last, and why. */
  readonly failedLists = new Map<string, string>();
  tools: readonly { readonly name: string; readonly title?: string; readonly description?: string }[] | undefined;
  unresolved: readonly string[] = [];
  /** Secrets that do not resolve now, and that have changed since it was started: `file/NAME`. */
  unresolvedKeys: readonly string[] = [];
  stale: readonly string[] = [];
  /** Marks of the secrets that it was started with. */
  marks: ReadonlyMap<string, string> | undefined;
  invalidLines = 0;
  eventCount: number;
  samples: (number | null)[] = [];
  lastProbeAt: EpochMs | undefined;
  nextProbeAt: EpochMs | undefined;
  lastProbeError: string | undefined;
  /** The record could not be saved (disk full): tried again at the next pass. */
  unsaved = false;

  constructor(record: Instance, now: EpochMs) {
    this.record = record;
    this.eventCount = record.events.length;
    this.phase =
      record.desired === 'stopped'
        ? 'stopped'
        : record.retry !== undefined && record.failure !== undefined
          ? 'error'
          : 'pending';
    this.phaseSince = this.phase === 'stopped' ? record.desiredAt : now;
  }

  get id(): string {
    return this.record.id;
  }

  get name(): string {
    return this.record.name;
  }

  /** A start is what was asked for or waited for; what was known of the last process is past. */
  settleRequests(): void {
    this.retryAsked = false;
    this.restartAsked = false;
    this.recycleReason = undefined;
    this.crashed = false;
    this.causeGone = false;
    this.dueAtMono = undefined;
    this.tools = undefined;
  }

  /** It has been started with these. */
  hasSecrets(marks: ReadonlyMap<string, string>): void {
    this.marks = marks;
    this.unresolved = [];
    this.unresolvedKeys = [];
    this.stale = [];
  }

  /** @throws Error for an illegal change, which is a bug. */
  enter(phase: Phase, clock: Clock): void {
    if (!isLegalPhaseChange(this.phase, phase)) throw new Error(`${this.name}: ${this.phase} → ${phase} is not legal`);
    if (this.phase === phase) return;
    this.phase = phase;
    this.phaseSince = clock.now();
    if (phase !== 'running') {
      this.lease = undefined;
      this.tally = untried;
      this.healthReason = undefined;
      // A session has ended, which says nothing of how ready it is.
      if (this.recycleReason === undefined) this.readySinceMono = undefined;
      this.nextProbeAt = undefined;
      this.failedLists.clear();
    }
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

  /** What its probes say, and its lists: nothing is healthy whose list agents do not get. */
  get health(): Health {
    return this.tally.health === 'healthy' && this.failedLists.size > 0 ? 'degraded' : this.tally.health;
  }

  /** Why it is not healthy, as far as that is known. */
  get whyNotHealthy(): string | undefined {
    if (this.tally.health !== 'healthy') return this.healthReason;
    const [failed] = this.failedLists;
    return failed === undefined ? this.healthReason : `LIST_FAILED ${failed[0]}: ${failed[1]}`;
  }

  /** Milliseconds until the next attempt, 0 when due, undefined when none is waited for. */
  dueInMs(clock: Clock): number | undefined {
    return this.dueAtMono === undefined ? undefined : Math.max(0, this.dueAtMono - clock.monotonicMs());
  }
}
