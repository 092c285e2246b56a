/** Holds one running container: its streams come by attach, and whether it has ended is asked of the container engine each time. */
import { PassThrough, type Duplex } from 'node:stream';
import { settlesWithin, sleep, type Clock } from '../../../kernel/clock.ts';
import { unawaited } from '../../../kernel/unawaited.ts';
import type { Failure } from '../../../store/schema/failure.ts';
import { HURRY_MS, type Exit, type RunningImage, type RunningProcess } from '../../ports.ts';
import { DockerUnreachable, statusOf, type DockerClient } from './docker-client.ts';
import { readFrames } from './frames.ts';

export interface ContainerOptions {
  readonly client: DockerClient;
  readonly clock: Clock;
  readonly id: string;
  readonly image?: RunningImage;
  readonly memoryMiB: number;
  readonly attached: Duplex;
  /** Between EOF and TERM, and between TERM and KILL; read when it stops. */
  readonly graces: { readonly eofMs: number; readonly termMs: number };
  /** The engine did not answer: the runtime tells its state. */
  readonly unreachable: (error: DockerUnreachable) => void;
  /** The runtime closes: give up on what cannot be asked. */
  readonly closing: AbortSignal;
  readonly gone: () => void;
}

const POLL_MS = 1_000;
/** Beyond the graces: the longest that a stop waits for a container engine that says nothing. */
const SILENT_MS = 2_000;
/** The same for one that answers and does not do what it is told. */
const LAST_MS = 5_000;
/** A container that lost its streams after this long is replaced without counting a failure; sooner, it may be at fault. */
const PROVEN_MS = 60_000;

const WENT_AWAY: Failure = {
  kind: 'runtime-away',
  runtime: 'docker',
  state: 'went-away',
  reason: 'it ended while the container engine was away',
};

export class DockerContainer implements RunningProcess {
  readonly runtimeId: string;
  readonly containerId: string;
  readonly image?: RunningImage;
  readonly stdin: Duplex;
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly exited: Promise<Exit>;
  readonly #o: ContainerOptions;
  readonly #startedMs: number;
  readonly #gaveUp = new AbortController();
  #end: (exit: Exit) => void = () => undefined;
  #ended = false;
  /** The engine was unreachable since it was last seen to run. */
  #away = false;
  #checking: Promise<void> | undefined;
  /** Under way since its streams ended while nobody stops it. */
  #losing: Promise<void> | undefined;
  /** Its streams are lost, it lived on, and that is not its fault. */
  #isOrphan = false;
  #stopping: Promise<void> | undefined;
  /** The container engine has, since the stop began. */
  #hasAnswered = false;

  constructor(options: ContainerOptions) {
    this.#o = options;
    this.#startedMs = options.clock.monotonicMs();
    this.runtimeId = options.id;
    this.containerId = options.id;
    if (options.image !== undefined) this.image = options.image;
    this.stdin = options.attached;
    this.exited = new Promise((resolve) => {
      this.#end = resolve;
    });
    options.closing.addEventListener('abort', () => this.#gaveUp.abort(), { once: true });
    options.attached.on('error', () => undefined);
    for (const end of ['end', 'close'] as const) options.attached.on(end, () => this.#streamsEnded());
    readFrames(options.attached, this.stdout, this.stderr, () => options.attached.destroy());
  }

  /** Asks whether it still runs; any hint that it may not leads here. Settles `exited` when it does not. */
  check(): Promise<void> {
    this.#checking ??= this.#check().finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  stop(hurry?: 'hurry'): Promise<void> {
    this.#stopping ??= this.#stopInTime(hurry === undefined ? this.#o.graces.eofMs : HURRY_MS);
    return this.#stopping;
  }

  async #check(): Promise<void> {
    while (!this.#ended) {
      const known = await this.#inspect();
      if (known === 'running') {
        if (this.#losing === undefined) this.#away = false;
        return;
      }
      if (known !== 'unknown') return this.#finish(known);
      if (this.#gaveUp.signal.aborted) return;
      await sleep(this.#o.clock, POLL_MS, this.#gaveUp.signal);
    }
  }

  /** Closed streams are no end of the container: it is asked twice, because it ends a moment after its streams. */
  #streamsEnded(): void {
    if (this.#stopping === undefined) this.#losing ??= this.#lose();
    else unawaited(this.check());
  }

  async #lose(): Promise<void> {
    await this.check();
    if (this.#ended) return;
    await sleep(this.#o.clock, POLL_MS, this.#gaveUp.signal);
    await this.check();
    if (this.#ended) return;
    this.#isOrphan = this.#away || this.#o.clock.monotonicMs() - this.#startedMs >= PROVEN_MS;
    unawaited(this.stop('hurry'));
  }

  /** @returns once it is gone, or once the last deadline has passed: then it is left, and its end says so */
  async #stopInTime(eofMs: number): Promise<void> {
    const { clock, graces } = this.#o;
    this.#hasAnswered = false;
    const done = this.#stop(eofMs);
    if (await settlesWithin(clock, eofMs + graces.termMs + SILENT_MS, done)) return;
    if (this.#hasAnswered && (await settlesWithin(clock, LAST_MS - SILENT_MS, done))) return;
    this.#gaveUp.abort();
    await done;
  }

  async #stop(eofMs: number): Promise<void> {
    const { client, clock, graces, id } = this.#o;
    this.stdin.end();
    const signal = this.#gaveUp.signal;
    const isGone = await settlesWithin(clock, eofMs, this.exited);
    // Whether it ended by itself must be known before it is ended.
    if (!isGone && this.#losing !== undefined && !this.#isOrphan) await Promise.race([this.#losing, aborted(signal)]);
    if (!isGone) {
      const t = Math.max(1, Math.round(graces.termMs / 1000));
      const ms = graces.termMs + LAST_MS;
      await this.#quietly(
        client.call((docker, abortSignal) => docker.getContainer(id).stop({ t, abortSignal }), { ms, signal }),
      );
      await this.check();
    }
    while (!this.#ended && !signal.aborted) {
      await this.#quietly(
        client.call((docker, abortSignal) => docker.getContainer(id).kill({ abortSignal }), { signal }),
      );
      await this.check();
      if (!this.#ended) await sleep(clock, POLL_MS, signal);
    }
    if (this.#ended) return;
    const left = `container ${id.slice(0, 12)} is left: the container engine did not end it; it is removed as soon as possible`;
    this.#finish({ code: null, signal: null, reason: left, left });
  }

  async #inspect(): Promise<Exit | 'running' | 'unknown'> {
    const { client, id, memoryMiB } = this.#o;
    const { signal } = this.#gaveUp;
    try {
      const { State } = await client.call((docker, abortSignal) => docker.getContainer(id).inspect({ abortSignal }), {
        signal,
      });
      this.#hasAnswered = true;
      // Created: its start is under way, and an event of its creation was the hint.
      if (State.Running || State.Paused || State.Status === 'created') return 'running';
      const reason = State.OOMKilled ? { reason: `OOMKilled: over its ${memoryMiB} MiB` } : {};
      const name = State.ExitCode > 128 && State.ExitCode < 160 ? signalName(State.ExitCode - 128) : null;
      return { code: State.ExitCode, signal: name, ...reason };
    } catch (error) {
      if (statusOf(error) === 404) return { code: null, signal: null, reason: 'container removed' };
      if (error instanceof DockerUnreachable) {
        this.#away = true;
        this.#o.unreachable(error);
      }
      return 'unknown';
    }
  }

  #finish(exit: Exit): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#o.attached.destroy();
    this.#end(this.#away || this.#isOrphan ? { ...exit, failure: WENT_AWAY } : exit);
    this.#o.gone();
  }

  /** Gone already, or unreachable: the check that follows finds out which. */
  async #quietly(work: Promise<unknown>): Promise<void> {
    try {
      await work;
      this.#hasAnswered = true;
    } catch (error) {
      if (error instanceof DockerUnreachable) this.#o.unreachable(error);
      else if (statusOf(error) !== undefined) this.#hasAnswered = true;
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function signalName(number: number): string | null {
  return (
    { 1: 'SIGHUP', 2: 'SIGINT', 6: 'SIGABRT', 9: 'SIGKILL', 11: 'SIGSEGV', 13: 'SIGPIPE', 15: 'SIGTERM' }[number] ??
    null
  );
}
