/** What starting, failing, running and stopping mean for one instance: state, record, audit event, routes, probes. */
import { bugFacts, type Bugs } from '../../kernel/bugs.ts';
import type { BootClock } from '../../kernel/boot-clock.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Failure, FailureOf } from '../../store/schema/failure.ts';
import type { Prober } from '../probes/prober.ts';
import { untried } from '../probes/thresholds.ts';
import type { ConnectFailure } from '../../mcp/types/connection.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import { isRemote, type Exit, type Running } from '../ports.ts';
import { attempt, type AttemptOutcome, type AttemptParts, type AttemptTarget, type Evidence } from './attempt.ts';
import type { BackoffPolicy } from './backoff.ts';
import { connectFailure, exitFailure } from './failure-facts.ts';
import { Failures } from './failures.ts';
import { failureWords } from './failure-words.ts';
import type { Fleet } from './fleet.ts';
import { noteImage, recordedImage } from './image-record.ts';
import type { LiveInstance } from './live-instance.ts';
import type { StartReason, StopReason } from './plan.ts';
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
    for (const live of this.#o.fleet.all()) live.attempt?.abort();
  }

  start(live: LiveInstance, why: StartReason): Promise<void> {
    const { clock, journal } = this.#o;
    const survived = journal.begin(live.record.serverId);
    live.starting = this.#start(live, why).finally(() => {
      live.starting = undefined;
      live.used?.();
      live.used = undefined;
      clock.after(SURVIVED_MS, survived, { unref: true });
    });
    return live.starting;
  }

  async #start(live: LiveInstance, why: StartReason): Promise<void> {
    const { clock, fleet } = this.#o;
    const versioned = fleet.serverOf(live);
    if (versioned === undefined) return;
    const { version, ...server } = versioned;
    const startedAtMono = clock.monotonicMs();
    const controller = new AbortController();
    live.attempt = controller;
    live.startedAtMono = startedAtMono;
    live.enter('starting', clock);
    live.started = { server, version };
    live.settleRequests();
    const before = live.record.generation;
    live.record = {
      ...live.record,
      held: false,
      generation: before + 1,
      restarts: live.record.restarts + (before > 0 && why !== 'recycled' ? 1 : 0),
    };
    live.note('starting', startWords(why), clock.now());
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
    const outcome = await this.#attempt(target, controller.signal);
    if (live.attempt === controller) live.attempt = undefined;
    const durationMs = clock.monotonicMs() - startedAtMono;
    switch (outcome.kind) {
      case 'running':
        return this.#running(live, outcome, durationMs);
      case 'failed':
        live.unresolved = outcome.unresolved;
        return this.#failures.fail(live, outcome.failure, 'instance_attempt', durationMs);
      case 'unreachable':
        return this.#failures.unreachable(live, outcome.failure, durationMs);
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
    { process: child, evidence, marks }: Extract<AttemptOutcome, { kind: 'running' }>,
    durationMs: number,
  ): Promise<void> {
    const { clock, fleet, prober } = this.#o;
    // An operator's stop arrived in the same moment as the answer: `stop` has changed the phase already.
    if (live.phase !== 'starting') {
      this.#o.router.servers.disconnect(live.id, 'stopped');
      await child.stop();
      return;
    }
    live.process = child;
    live.hasSecrets(marks);
    const { failure: _, ...record } = live.record;
    live.record = record;
    const imageEvents = noteImage(live, child.image, clock.now());
    live.enter('running', clock);
    live.note('running', `initialize answered after ${Math.round(durationMs)} ms`, clock.now());
    prober.begin(live);
    const ended = child.exited.then((exit) => this.#exited(live, child, exit, evidence));
    unawaited(ended, (error) => this.#o.bugs.report('the end of an instance', error));
    await fleet.save(live, [...imageEvents, instanceEvent(live, 'instance_attempt', 'ok', { durationMs })]);
  }

  /** A stop that the engine asked for has changed the phase before the exit arrives. */
  async #exited(live: LiveInstance, child: Running, exit: Exit, evidence: Evidence): Promise<void> {
    if (live.process !== child) return;
    live.process = undefined;
    if (live.phase !== 'running' || this.#closing) return;
    this.#o.prober.end(live.id);
    this.#o.router.servers.disconnect(live.id, 'its process ended');
    if (exit.engineAway === true) return this.#failures.engineWentAway(live);
    await this.#failures.ended(live, exit.failure ?? exitFailure(exit, true, evidence(), this.#othersOf(live)));
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
    const live = this.#o.fleet.get(instanceId);
    if (live?.process === undefined || live.phase !== 'running' || this.#closing) return;
    const child = live.process;
    if (!isRemote(child) && known !== undefined)
      return unawaited(this.hung(live, { kind: 'hung', reason: known.message }), (error) =>
        this.#o.bugs.report('the end of an instance', error),
      );
    this.#o.prober.end(live.id);
    live.tally = untried;
    live.healthReason = 'connection to the server lost';
    this.#o.fleet.touch(live);
    if (!isRemote(child)) return void child.stop();
    child.lost(connectFailure(known ?? { code: 'LOST', message: reason }));
  }

  /** A server that stopped answering is ended first, then waits in the same back-off as after a crash. */
  async hung(live: LiveInstance, failure: FailureOf<'hung'>): Promise<void> {
    const { clock, fleet, prober, router, wake } = this.#o;
    const child = live.process;
    if (live.phase !== 'running' || child === undefined) return;
    live.enter('stopping', clock);
    const { message } = failureWords(failure, fleet.namesOf(live));
    live.note('stopping', this.#o.masker.mask(message), clock.now());
    fleet.touch(live);
    prober.end(live.id);
    router.servers.disconnect(live.id, 'it stopped answering');
    await child.stop();
    live.process = undefined;
    if (this.#closing) return;
    await this.#failures.failed(live, failure, 'instance_exit');
    wake();
  }

  async stop(live: LiveInstance, why: StopReason): Promise<void> {
    const { clock, fleet, prober, router } = this.#o;
    const words = stopWords(why, live.record.desiredBy, live.recycleReason);
    if (why === 'asked' || why === 'restart' || why === 'changed') prober.begunAnew(live);
    if (live.phase === 'pending' || live.phase === 'error') {
      live.dueAtMono = undefined;
      live.enter('stopped', clock);
      live.note('stopped', words, clock.now());
      return fleet.save(live, [instanceEvent(live, 'instance_stop', 'ok', { message: words })]);
    }
    const child = live.process;
    live.enter('stopping', clock);
    live.note(why === 'recycled' ? 'recycled' : 'stopping', words, clock.now());
    fleet.touch(live);
    prober.end(live.id);
    live.attempt?.abort();
    const isAgain = why === 'restart' || why === 'changed' || why === 'recycled';
    router.servers.disconnect(live.id, isAgain ? 'it restarts' : 'it was stopped');
    // An attempt under way cleans up after itself; its child must be gone before the next start.
    await Promise.allSettled([child?.stop(why === 'recycled' ? 'hurry' : undefined), live.starting]);
    live.process = undefined;
    const { left } = (await child?.exited) ?? {};
    if (left !== undefined) live.note('left', left, clock.now());
    live.enter(isAgain && live.record.desired === 'running' ? 'pending' : 'stopped', clock);
    const { failure: _, retry, ...record } = live.record;
    // The end of a session says nothing of what failed before it.
    live.record = why === 'recycled' && retry !== undefined ? { ...record, retry } : record;
    const kind = why === 'recycled' ? 'instance_recycle' : 'instance_stop';
    const message = left === undefined ? words : `${words}; ${left}`;
    await fleet.save(live, [instanceEvent(live, kind, left === undefined ? 'ok' : 'error', { message })]);
  }
}
