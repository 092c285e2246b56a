/** Starts and stops one instance, with all that each step changes: state, record, audit events, routes, probes. */
import { bugFacts, type Bugs } from '../../kernel/bugs.ts';
import type { BootClock } from '../../kernel/boot-clock.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Failure, FailureOf } from '../../store/schema/failure.ts';
import type { Server } from '../../store/schema/server.ts';
import type { Versioned } from '../../store/types.ts';
import type { Prober } from '../probes/prober.ts';
import { untried } from '../probes/thresholds.ts';
import type { ConnectFailure } from '../../mcp/types/connection.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import { timeWords } from '../../kernel/time-words.ts';
import { isProgram, PROBE_TARGET } from '../models/program-names.ts';
import { isRemote, type Exit } from '../ports.ts';
import { attempt, type AttemptOutcome, type AttemptParts, type AttemptTarget, type Evidence } from './attempt.ts';
import type { BackoffPolicy } from './backoff.ts';
import { connectFailure, exitFailure } from './failure-facts.ts';
import { Failures } from './failures.ts';
import { failureWords } from './failure-words.ts';
import type { Fleet } from './fleet.ts';
import { noteImage, recordedImage } from './image-record.ts';
import type { LiveInstance } from './live-instance.ts';
import { runningState, type RunningState, type StartingState } from './live-state.ts';
import type { StartReason, StopReason, WishedStop } from './plan.ts';
import type { StartJournal } from './start-journal.ts';
import { instanceEvent, startWords, stopWords } from './words.ts';

export interface LifecycleOptions extends AttemptParts {
  readonly clock: Clock;
  readonly fleet: Fleet;
  readonly prober: Prober;
  readonly policy: BackoffPolicy;
  readonly bootClock: BootClock;
  readonly journal: StartJournal;
  readonly bugs: Bugs;
  readonly random: () => number;
  readonly wake: () => void;
}

/** Its first words and lists have been read by then: what it may do to an engine it has done. */
const SURVIVED_MS = 1_000;
export class Lifecycle {
  readonly #o: LifecycleOptions;
  readonly #failures: Failures;
  #closing = false;

  constructor(options: LifecycleOptions) {
    this.#o = options;
    this.#failures = new Failures(options);
  }

  /** Before anything is started: a server that ended two engines in a row is left to an operator. */
  holdSuspects(): Promise<void> {
    return this.#failures.holdSuspects();
  }

  /** The engine ends: attempts are called off, and what ends from now on has not failed. */
  close(): void {
    this.#closing = true;
    for (const { state } of this.#o.fleet.all()) if (state.phase === 'starting') state.attempt.abort();
  }

  async start(live: LiveInstance, why: StartReason): Promise<void> {
    const { clock, fleet, journal } = this.#o;
    const versioned = fleet.serverOf(live);
    if (versioned === undefined) return;
    const survived = journal.begin(live.record.serverId);
    const ended = Promise.withResolvers<void>();
    try {
      await this.#start(live, why, versioned, ended.promise);
    } finally {
      ended.resolve();
      live.used?.();
      live.used = undefined;
      clock.after(SURVIVED_MS, survived, { unref: true });
    }
  }

  async #start(
    live: LiveInstance,
    why: StartReason,
    { version, ...server }: Versioned<Server>,
    ended: Promise<void>,
  ): Promise<void> {
    const { clock, fleet } = this.#o;
    const started = { server, version, atMono: clock.monotonicMs() };
    const serving = { lease: undefined, failedLists: new Map<string, string>() };
    const state: StartingState = { phase: 'starting', started, attempt: new AbortController(), ended, serving };
    live.enter(state, clock);
    const isFirstHere = live.started === undefined;
    live.started = started;
    live.settleWishes();
    const before = live.record.generation;
    // That the engine was restarted says nothing of the server, and that somebody asks it nothing of a model.
    const isWoken = isProgram(server) && live.record.desiredBy === 'engine';
    const isRestart = before > 0 && why !== 'recycled' && !((isFirstHere || isWoken) && why === 'new');
    live.record = {
      ...live.record,
      held: false,
      generation: before + 1,
      revision: server.revision,
      restarts: live.record.restarts + (isRestart ? 1 : 0),
    };
    live.note('starting', startWords(why, before, isFirstHere), clock.now());
    // The generation is durable before a container carries it.
    await fleet.save(live);
    const image = recordedImage(live, fleet.all());
    const target = {
      instanceId: live.id,
      instanceName: live.name,
      generation: live.record.generation,
      server,
      ...(image === undefined ? {} : { image }),
      others: () => this.#othersOf(live),
    };
    const outcome = await this.#attempt(target, state.attempt.signal);
    const durationMs = clock.monotonicMs() - started.atMono;
    switch (outcome.kind) {
      case 'running':
        return this.#running(live, state, outcome, durationMs);
      case 'failed':
        live.unresolved = outcome.unresolved;
        return this.#failures.fail(live, outcome.failure, 'instance_attempt', durationMs);
      case 'runtime-away':
        return this.#failures.runtimeAway(live, outcome.failure, durationMs);
      case 'aborted':
        return;
    }
  }

  /** A bug in a runtime or a backend is that instance's failure, waited for like any other, and logged with its stack. */
  async #attempt(target: AttemptTarget, signal: AbortSignal): Promise<AttemptOutcome> {
    try {
      return await attempt(this.#o, target, signal);
    } catch (error) {
      this.#o.bugs.report('an attempt to start', error);
      const failure: Failure = { kind: 'bug', error: bugFacts(error).name };
      return { kind: 'failed', failure, unresolved: [] };
    }
  }

  async #running(
    live: LiveInstance,
    begun: StartingState,
    { process: child, evidence, marks }: Extract<AttemptOutcome, { kind: 'running' }>,
    durationMs: number,
  ): Promise<void> {
    const { clock, fleet, prober } = this.#o;
    // An operator's stop arrived in the same moment as the answer: `stop` has changed the state already.
    if (live.state !== begun) {
      this.#o.router.servers.disconnect(live.id, 'stopped');
      await child.stop();
      return;
    }
    live.unresolved = [];
    live.unresolvedKeys = [];
    const { failure: _, ...record } = live.record;
    live.record = record;
    const imageEvents = noteImage(live, child.image, clock.now());
    const state = runningState(begun, child, marks);
    live.enter(state, clock);
    live.note('running', `${greeting(begun.started.server)} answered after ${timeWords(durationMs)}`, clock.now());
    prober.begin(live, state);
    const ended = child.exited.then((exit) => this.#exited(live, state, exit, evidence));
    unawaited(ended, (error) => this.#o.bugs.report('the end of an instance', error));
    await fleet.save(live, [...imageEvents, instanceEvent(live, 'instance_attempt', 'ok', { durationMs })]);
  }

  /** A stop that the engine asked for has changed the phase before the exit arrives. */
  async #exited(live: LiveInstance, state: RunningState, exit: Exit, evidence: Evidence): Promise<void> {
    if (live.state !== state || this.#closing) return;
    this.#o.prober.end(live.id);
    this.#o.router.servers.disconnect(live.id, 'its process ended');
    const { failure } = exit;
    if (failure?.kind === 'runtime-away') return this.#failures.runtimeWentAway(live, failure);
    await this.#failures.ended(live, failure ?? exitFailure(exit, true, evidence(), this.#othersOf(live)));
    this.#o.wake();
  }

  #othersOf(live: LiveInstance): number {
    const { serverId } = live.record;
    return this.#o.fleet
      .all()
      .filter((one) => one !== live && one.record.serverId === serverId && one.phase === 'running').length;
  }

  /** The connection broke while the process may live on: it is ended, and its exit counts as the failure. */
  upstreamLost(instanceId: string, reason: string, known?: ConnectFailure): void {
    const { fleet, prober, wake } = this.#o;
    const live = fleet.get(instanceId);
    const state = live?.state;
    if (live === undefined || state?.phase !== 'running' || this.#closing) return;
    const child = state.process;
    if (!isRemote(child) && known !== undefined) return this.hung(live, { kind: 'hung', reason: known.message });
    prober.end(live.id);
    state.tally = untried;
    state.healthReason = 'connection to the server lost';
    fleet.touch(live);
    if (isRemote(child)) return child.lost(connectFailure(known ?? { code: 'LOST', message: reason }));
    state.broken ??= { why: 'lost' };
    wake();
  }

  /** A server that stopped answering is to be ended, and waits then in the same back-off as after a crash. */
  hung({ state }: LiveInstance, failure: FailureOf<'hung'>): void {
    if (state.phase !== 'running') return;
    state.broken = { why: 'hung', failure };
    this.#o.wake();
  }

  /** Its calls in flight may end, and no other comes; `isDraining` false takes that back. */
  async drain(live: LiveInstance, isDraining: boolean): Promise<void> {
    const { clock, fleet, router } = this.#o;
    if (live.phase !== 'running') return;
    live.drainingSinceMono = isDraining ? clock.monotonicMs() : undefined;
    router.servers.drain(live.id, isDraining);
    const words = isDraining
      ? `${this.#whyChanged(live)}: it restarts when its calls have ended`
      : 'it goes on as it is';
    live.note('draining', words, clock.now());
    await fleet.save(live);
  }

  #whyChanged({ turnAsked, record, recycleReason }: LiveInstance): string {
    return stopWords(turnAsked ? 'restart' : 'changed', record.desiredBy, recycleReason);
  }

  stop(live: LiveInstance, why: StopReason): Promise<void> {
    return why === 'hung' || why === 'lost' ? this.#endBroken(live) : this.#stop(live, why);
  }

  async #endBroken(live: LiveInstance): Promise<void> {
    const { clock, fleet, prober, router } = this.#o;
    const { state } = live;
    if (state.phase !== 'running' || state.broken === undefined) return;
    const { broken, process: child } = state;
    if (broken.why === 'lost') return child.stop();
    live.enter({ phase: 'stopping', process: child }, clock);
    const { message } = failureWords(broken.failure, fleet.namesOf(live));
    live.note('stopping', this.#o.masker.mask(message), clock.now());
    fleet.touch(live);
    prober.end(live.id);
    router.servers.disconnect(live.id, 'it stopped answering');
    await child.stop();
    if (!this.#closing) await this.#failures.failed(live, broken.failure, 'instance_exit');
  }

  async #stop(live: LiveInstance, why: WishedStop): Promise<void> {
    const { clock, fleet, prober, router } = this.#o;
    const words =
      why === 'changed' ? this.#whyChanged(live) : stopWords(why, live.record.desiredBy, live.recycleReason);
    if (why === 'changed') live.restartedFor = fleet.serverOf(live)?.version;
    if (why === 'asked' || why === 'restart' || why === 'changed') prober.begunAnew(live);
    const { state } = live;
    if (state.phase === 'pending' || state.phase === 'error') {
      live.enter({ phase: 'stopped' }, clock);
      live.note('stopped', words, clock.now());
      return fleet.save(live, [instanceEvent(live, 'instance_stop', 'ok', { message: words })]);
    }
    const child = state.phase === 'running' ? state.process : undefined;
    live.enter({ phase: 'stopping', process: child }, clock);
    live.note(why === 'recycled' ? 'recycled' : 'stopping', words, clock.now());
    fleet.touch(live);
    prober.end(live.id);
    if (state.phase === 'starting') state.attempt.abort();
    const isAgain = why === 'restart' || why === 'changed' || why === 'recycled';
    router.servers.disconnect(live.id, isAgain ? 'it restarts' : 'it was stopped');
    // An attempt under way cleans up after itself; its child must be gone before the next start.
    // A model's program does not read that its stdin has ended.
    const isHurry = why === 'recycled' || (live.started !== undefined && isProgram(live.started.server));
    const ended = state.phase === 'starting' ? state.ended : child?.stop(isHurry ? 'hurry' : undefined);
    await Promise.allSettled([ended]);
    const { left } = (await child?.exited) ?? {};
    if (left !== undefined) live.note('left', left, clock.now());
    live.enter({ phase: isAgain && live.record.desired === 'running' ? 'pending' : 'stopped' }, clock);
    const { failure: _, retry, ...record } = live.record;
    // The end of a session says nothing of what failed before it.
    live.record = why === 'recycled' && retry !== undefined ? { ...record, retry } : record;
    const kind = why === 'recycled' ? 'instance_recycle' : 'instance_stop';
    const message = left === undefined ? words : `${words}; ${left}`;
    await fleet.save(live, [instanceEvent(live, kind, left === undefined ? 'ok' : 'error', { message })]);
  }
}

/** What tells that it runs. */
function greeting(server: Server): string {
  return isProgram(server) ? PROBE_TARGET : 'initialize';
}
