/** Runs the loop: looks at what is wanted and what is there, afresh each time, and does what `plan` says. */
import type { Bugs } from '../../kernel/bugs.ts';
import { type Clock, type Timer } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import { retold, type BackoffPolicy } from './backoff.ts';
import type { CausesGone } from './causes-gone.ts';
import type { ModelPrograms } from '../models/model-programs.ts';
import { allDefinitions, definitionById } from '../models/program.ts';
import type { Demand } from './demand.ts';
import type { Runtimes } from '../ports.ts';
import type { Fleet } from './fleet.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { LiveInstance } from './live-instance.ts';
import { startedVersion } from './started-version.ts';
import { plan, type Action, type ObservedInstance } from './plan.ts';
import type { StartJournal } from './start-journal.ts';
import { FRESH_START_MS, inTurn } from './start-turns.ts';

export interface ReconcilerOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly db: Database<Shape>;
  readonly logger: Logger;
  readonly bugs: Bugs;
  readonly fleet: Fleet;
  readonly runtimes: Runtimes;
  readonly lifecycle: Lifecycle;
  readonly causes: CausesGone;
  readonly policy: BackoffPolicy;
  readonly journal: StartJournal;
  readonly demand: Demand;
  readonly programs: Pick<ModelPrograms, 'look' | 'restingBy'>;
  /** Agents' calls that an instance has not answered. */
  readonly openCalls: (instanceId: string) => number;
  /** Starts that begin within a second; more wait their turn. Default 8. */
  readonly maxStarting?: number;
}

/** Also without an event the world is looked at this often. */
const RESYNC_MS = 5_000;
/** A wall clock that moved by more than this against the monotonic one was set by someone. */
const JUMP_MS = 1_000;
const MAX_STARTING = 8;
/** How soon the end of calls in flight is seen. */
const DRAIN_LOOK_MS = 100;

export class Reconciler {
  readonly #o: ReconcilerOptions;
  #timer: Timer | undefined;
  #woken = false;
  #stopped = false;
  #clockOffset: number;
  /** Steps under way by instance, or by server and ordinal: the next pass plans what has none. */
  readonly #busy = new Map<string, number>();
  readonly #underWay = new Set<Promise<void>>();

  constructor(options: ReconcilerOptions) {
    this.#o = options;
    this.#clockOffset = options.clock.now() - options.clock.monotonicMs();
  }

  /** A pass soon. Any number of calls before it make one pass. */
  wake(): void {
    if (this.#woken || this.#stopped) return;
    this.#woken = true;
    this.#timer?.cancel();
    this.#timer = this.#o.clock.after(0, () => this.#pass());
  }

  /** No pass after this; resolves when the steps under way have ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  /** A pass that fails is made again. */
  #pass(): void {
    this.#woken = false;
    if (this.#stopped) return;
    let waitMs = RESYNC_MS;
    try {
      waitMs = this.#plan();
    } catch (error) {
      this.#failed('a reconcile pass', error);
    }
    if (!this.#woken) this.#timer = this.#o.clock.after(waitMs, () => this.#pass(), { unref: true });
  }

  /** Begins what is due; when to look again. */
  #plan(): number {
    const { clock, fleet, db } = this.#o;
    this.#noticeClockJump();
    for (const live of fleet.all()) this.#safely(() => this.#housekeep(live));
    const definitions = allDefinitions(db);
    this.#o.demand.keep(definitions);
    const nowMs = clock.monotonicMs();
    const servers = definitions.map((server) => ({ ...server, wanted: this.#o.demand.wanted(server, nowMs) }));
    const observed = fleet.all().map((live) => this.#observe(live));
    const actions = plan(servers, observed);
    const starts = actions.filter((action) => action.do === 'start');
    const { now: begun, later } = inTurn(starts, observed, this.#o.maxStarting ?? MAX_STARTING);
    for (const action of actions) if (action.do !== 'start') this.#begin(action);
    const alone = this.#beginInTurn(begun);
    return later.length + alone > 0 ? Math.min(FRESH_START_MS, this.#nextPassInMs()) : this.#nextPassInMs();
  }

  /** Each start that began changes what may begin beside it; returns how many wait for that. */
  #beginInTurn(starts: readonly Action[]): number {
    const { fleet, journal } = this.#o;
    let waiting = 0;
    for (const action of starts) {
      const serverId = action.do === 'start' ? fleet.get(action.instanceId)?.record.serverId : undefined;
      if (journal.mayStart(serverId ?? '')) this.#begin(action);
      else waiting += 1;
    }
    return waiting;
  }

  #nextPassInMs(): number {
    const waits = this.#o.fleet.all().map((live) => (live.record.held ? undefined : live.dueInMs(this.#o.clock)));
    const draining = this.#o.fleet.all().some(({ drainingSinceMono }) => drainingSinceMono !== undefined);
    if (draining) waits.push(DRAIN_LOOK_MS);
    const idle = this.#o.demand.nextChangeInMs(this.#o.clock.monotonicMs());
    return Math.min(RESYNC_MS, idle, ...waits.map((wait) => (wait === undefined || wait <= 0 ? RESYNC_MS : wait)));
  }

  #observe(live: LiveInstance): ObservedInstance {
    const { record, started, state } = live;
    const failed = state.phase === 'error' ? state : undefined;
    const nowMs = this.#o.clock.monotonicMs();
    return {
      id: live.id,
      serverId: record.serverId,
      ordinal: record.ordinal,
      desired: record.desired,
      phase: state.phase,
      held: record.held,
      startedVersion: startedVersion(live, this.#o.fleet.serverOf(live)),
      restartedFor: live.restartedFor,
      openCalls: this.#o.openCalls(live.id),
      drainingMs: live.drainingSinceMono === undefined ? undefined : nowMs - live.drainingSinceMono,
      lastStartAgoMs: started === undefined ? undefined : nowMs - started.atMono,
      dueInMs: live.dueInMs(this.#o.clock),
      causeGone: failed?.causeGone === true,
      crashed: failed?.crashed === true,
      retryAsked: failed?.retryAsked === true,
      restartAsked: live.restartAsked,
      used: live.used !== undefined,
      leased: live.lease !== undefined,
      recycleAsked: live.recycleReason !== undefined,
      broken: state.phase === 'running' ? state.broken?.why : undefined,
    };
  }

  /** One instance that throws stops no other: its error is logged and it is looked at again at the next pass. */
  #begin(action: Action): void {
    const key = action.do === 'create' ? `${action.serverId}/${action.ordinal}` : action.instanceId;
    const steps = this.#busy.get(key) ?? 0;
    if (steps > 0 && !(action.do === 'stop' && this.#o.fleet.get(key)?.phase === 'starting')) return;
    this.#busy.set(key, steps + 1);
    const step = this.#act(action)
      .catch((error: unknown) => {
        this.#failed(`a reconcile step (${action.do})`, error);
      })
      .finally(() => {
        const left = (this.#busy.get(key) ?? 1) - 1;
        if (left > 0) this.#busy.set(key, left);
        else this.#busy.delete(key);
        this.#underWay.delete(step);
        this.wake();
      });
    this.#underWay.add(step);
  }

  async #act(action: Action): Promise<void> {
    const { fleet, lifecycle } = this.#o;
    if (action.do === 'create') return this.#create(action.serverId, action.ordinal);
    const live = fleet.get(action.instanceId);
    if (live === undefined) return;
    switch (action.do) {
      case 'start':
        return lifecycle.start(live, action.why);
      case 'stop':
        return lifecycle.stop(live, action.why);
      case 'drain':
      case 'resume':
        return lifecycle.drain(live, action.do === 'drain');
      case 'forget':
        return fleet.forget(live, {
          kind: 'instance_delete',
          actor: 'engine',
          target: `instance/${live.name}`,
          outcome: 'ok',
          message: `${live.name} is no longer wanted`,
        });
    }
  }

  async #create(serverId: string, ordinal: number): Promise<void> {
    const { clock, db, fleet, ids } = this.#o;
    const server = definitionById(db, serverId);
    if (server === undefined) return;
    const now = clock.now();
    const name = `${server.name}-${ordinal}`;
    const restingBy = this.#o.programs.restingBy(serverId);
    await fleet.create(
      {
        id: ids.next('ins'),
        serverId,
        name,
        ordinal,
        desired: restingBy === undefined ? 'running' : 'stopped',
        desiredBy: restingBy ?? 'engine',
        desiredAt: now,
        held: false,
        restarts: 0,
        generation: 0,
        events: [{ at: now, kind: 'created', message: `replica ${ordinal} of ${server.replicas}`, count: 1 }],
        createdAt: now,
      },
      { kind: 'instance_create', actor: 'engine', target: `instance/${name}`, outcome: 'ok' },
    );
  }

  #housekeep(live: LiveInstance): void {
    const { clock, fleet, policy, runtimes } = this.#o;
    if (live.unsaved) this.#track(fleet.save(live));
    this.#o.programs.look(live);
    // What waits for its next attempt needs its runtime, too: that one is watched from now on.
    if (live.record.desired === 'running') runtimes[fleet.serverOf(live)?.runtime ?? 'process']?.wanted?.();
    const readyMs = live.readySinceMono === undefined ? 0 : clock.monotonicMs() - live.readySinceMono;
    if (live.record.retry !== undefined && readyMs >= policy.forgetAfterReadyMs) {
      const { retry: _, ...record } = live.record;
      live.record = record;
      this.#track(fleet.save(live));
    }
    if (live.phase === 'error') this.#track(this.#o.causes.lookFor(live, () => this.wake()));
  }

  #safely(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failed('housekeeping of an instance', error);
    }
  }

  #track(work: Promise<void>): void {
    const step = work
      .catch((error: unknown) => this.#failed('a background step', error))
      .finally(() => this.#underWay.delete(step));
    this.#underWay.add(step);
  }

  /** A full disk and the like is told by the store too; anything that is no such refusal is a bug. */
  #failed(step: string, error: unknown): void {
    if (error instanceof McptuiError) this.#o.logger.warn({ step, error: error.message }, 'a step failed');
    else this.#o.bugs.report(step, error);
  }

  /** Waits run on monotonic time; only what people are told about them moves with the wall clock. */
  #noticeClockJump(): void {
    const { clock, fleet } = this.#o;
    const offset = clock.now() - clock.monotonicMs();
    if (Math.abs(offset - this.#clockOffset) <= JUMP_MS) return;
    this.#o.logger.warn({ byMs: Math.round(offset - this.#clockOffset) }, 'the wall clock was set');
    this.#clockOffset = offset;
    for (const live of fleet.all()) {
      const leftMs = live.dueInMs(clock);
      if (leftMs === undefined || live.record.retry === undefined) continue;
      live.record = { ...live.record, retry: retold(live.record.retry, Math.round(leftMs), clock.now()) };
      this.#track(fleet.save(live));
    }
  }
}
