/** One running container: its streams by attach, its end as the engine of the containers tells it, asked afresh. */
import { PassThrough, type Duplex } from 'node:stream';
import { settlesWithin, sleep, type Clock } from '../../../clock.ts';
import { HURRY_MS, type Exit, type RunningProcess } from '../../ports.ts';
import { DockerUnreachable, statusOf, type DockerClient } from './docker-client.ts';
import { readFrames } from './frames.ts';

export interface ContainerOptions {
  readonly client: DockerClient;
  readonly clock: Clock;
  readonly id: string;
  readonly memoryMiB: number;
  readonly attached: Duplex;
  readonly graceMs: number;
  /** The engine did not answer: the runtime tells its state. */
  readonly unreachable: (error: DockerUnreachable) => void;
  /** The runtime closes: give up on what cannot be asked. */
  readonly closing: AbortSignal;
  readonly gone: () => void;
}

const POLL_MS = 1_000;

export class DockerContainer implements RunningProcess {
  readonly runtimeId: string;
  readonly containerId: string;
  readonly stdin: Duplex;
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly exited: Promise<Exit>;
  readonly #o: ContainerOptions;
  #end: (exit: Exit) => void = () => undefined;
  #ended = false;
  /** The engine was unreachable at the last look. */
  #away = false;
  #checking = false;
  #stopping: Promise<void> | undefined;

  constructor(options: ContainerOptions) {
    this.#o = options;
    this.runtimeId = options.id;
    this.containerId = options.id;
    this.stdin = options.attached;
    this.exited = new Promise((resolve) => {
      this.#end = resolve;
    });
    options.attached.on('error', () => undefined);
    readFrames(options.attached, this.stdout, this.stderr, () => options.attached.destroy());
    options.attached.on('close', () => void this.check());
  }

  /** Asks whether it still runs; any hint that it may not leads here. Settles `exited` when it does not. */
  async check(): Promise<void> {
    if (this.#ended || this.#checking) return;
    this.#checking = true;
    try {
      while (!this.#ended && !this.#o.closing.aborted) {
        const known = await this.#inspect();
        if (known === 'running') {
          this.#away = false;
          return;
        }
        if (known !== 'unknown') return this.#finish(this.#away ? { ...known, engineAway: true } : known);
        await sleep(this.#o.clock, POLL_MS, this.#o.closing);
      }
      if (!this.#ended) this.#finish({ code: null, signal: null, reason: 'container engine unreachable' });
    } finally {
      this.#checking = false;
    }
  }

  stop(hurry?: 'hurry'): Promise<void> {
    this.#stopping ??= this.#stop(hurry === undefined ? this.#o.graceMs : HURRY_MS);
    return this.#stopping;
  }

  async #stop(eofMs: number): Promise<void> {
    const { client, clock, graceMs } = this.#o;
    this.stdin.end();
    if (!(await settlesWithin(clock, eofMs, this.exited))) {
      const seconds = Math.max(1, Math.round(graceMs / 1000));
      await this.#quietly(
        client.call(
          (docker, signal) => docker.getContainer(this.#o.id).stop({ t: seconds, abortSignal: signal }),
          graceMs + 10_000,
        ),
      );
      await this.check();
    }
    while (!this.#ended && !this.#o.closing.aborted) {
      await this.#quietly(
        client.call((docker, signal) => docker.getContainer(this.#o.id).kill({ abortSignal: signal })),
      );
      await this.check();
      if (!this.#ended) await sleep(clock, POLL_MS, this.#o.closing);
    }
    await this.exited;
  }

  async #inspect(): Promise<Exit | 'running' | 'unknown'> {
    const { client, id, memoryMiB } = this.#o;
    try {
      const { State } = await client.call((docker, signal) => docker.getContainer(id).inspect({ abortSignal: signal }));
      // Created: its start is under way, and an event of its creation was the hint.
      if (State.Running || State.Paused || State.Status === 'created') return 'running';
      const reason = State.OOMKilled ? { reason: `OOMKilled: over its ${memoryMiB} MiB` } : {};
      const signal = State.ExitCode > 128 && State.ExitCode < 160 ? signalName(State.ExitCode - 128) : null;
      return { code: State.ExitCode, signal, ...reason };
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
    this.#end(exit);
    this.#o.gone();
  }

  /** Gone already, or unreachable: the check that follows finds out which. */
  async #quietly(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (error instanceof DockerUnreachable) this.#o.unreachable(error);
    }
  }
}

function signalName(number: number): string | null {
  return (
    { 1: 'SIGHUP', 2: 'SIGINT', 6: 'SIGABRT', 9: 'SIGKILL', 11: 'SIGSEGV', 13: 'SIGPIPE', 15: 'SIGTERM' }[number] ??
    null
  );
}
