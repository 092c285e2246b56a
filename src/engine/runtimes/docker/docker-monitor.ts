/** How the container engine is: asked every few seconds while it is used, hurried by its events. */
import type { Readable } from 'node:stream';
import type { Clock, Timer } from '../../../clock.ts';
import type { RuntimeState } from '../../view.ts';
import { LABELS } from './container-spec.ts';
import { DockerUnreachable, type DockerClient } from './docker-client.ts';

export interface MonitorOptions {
  readonly client: DockerClient;
  readonly clock: Clock;
  readonly folderId: string;
  /** Compares what is there with what should be. */
  readonly resync: () => Promise<void>;
  /** Something happened to that container. */
  readonly hint: (containerId: string) => void;
}

const ASK_MS = 2_000;
const PING_MS = 3_000;
const RESYNC_EVERY = 5;

export class DockerMonitor {
  readonly #o: MonitorOptions;
  readonly #listeners = new Set<(state: RuntimeState) => void>();
  #state: RuntimeState = { kind: 'unused', reason: 'no server needs it' };
  #timer: Timer | undefined;
  #events: Readable | undefined;
  #rounds = 0;
  #closed = false;

  constructor(options: MonitorOptions) {
    this.#o = options;
  }

  state(): RuntimeState {
    return this.#state;
  }

  onState(listener: (state: RuntimeState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** From now on it is watched. */
  use(): void {
    if (this.#timer !== undefined || this.#closed) return;
    this.#schedule();
  }

  /** @throws DockerUnreachable */
  async ask(): Promise<void> {
    try {
      const { Version } = await this.#o.client.call((docker) => docker.version(), PING_MS);
      this.#become({ kind: 'ok', version: Version });
    } catch (error) {
      if (error instanceof DockerUnreachable) this.unreachable(error);
      throw error;
    }
  }

  unreachable(error: DockerUnreachable): void {
    this.#events?.destroy();
    this.#events = undefined;
    this.#become(error.state);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#events?.destroy();
    this.#listeners.clear();
  }

  #schedule(): void {
    if (this.#closed) return;
    this.#timer = this.#o.clock.after(ASK_MS, () => void this.#round().finally(() => this.#schedule()), {
      unref: true,
    });
  }

  async #round(): Promise<void> {
    const before = this.#state.kind;
    try {
      await this.ask();
      if (this.#closed) return;
      await this.#listen();
      this.#rounds += 1;
      if (before !== 'ok' || this.#rounds % RESYNC_EVERY === 0) await this.#o.resync();
    } catch (error) {
      // An odd answer is no reason to stop asking; unreachable has been told already.
      if (error instanceof DockerUnreachable) this.unreachable(error);
    }
  }

  async #listen(): Promise<void> {
    if (this.#events !== undefined) return;
    const filters = { type: ['container' as const], label: [`${LABELS.folder}=${this.#o.folderId}`] };
    const stream = (await this.#o.client.call((docker) => docker.getEvents({ filters }))) as Readable;
    this.#events = stream;
    let rest = '';
    stream.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#event(line);
    });
    const forget = (): void => {
      if (this.#events === stream) this.#events = undefined;
    };
    stream.on('error', forget);
    stream.on('close', forget);
  }

  #event(line: string): void {
    try {
      const event = JSON.parse(line) as { readonly Actor?: { readonly ID?: string } };
      if (event.Actor?.ID !== undefined) this.#o.hint(event.Actor.ID);
    } catch {
      // A hint that cannot be read is no hint; the rounds go on.
    }
  }

  #become(state: RuntimeState): void {
    if (this.#closed || JSON.stringify(state) === JSON.stringify(this.#state)) return;
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}
