/** Watches how the container engine is: asks it every few seconds while it is used, and sooner when an event hints at a change. */
import type { Readable } from 'node:stream';
import type { Clock, Timer } from '../../../kernel/clock.ts';
import { messageOf } from '../../../kernel/errors.ts';
import { cutText } from '../../../kernel/foreign.ts';
import type { RuntimeState } from '../../ports.ts';
import { LABELS } from './labels.ts';
import { CalledOff, DockerUnreachable, otherService, statusOf, type DockerClient } from './docker-client.ts';

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
const MAX_VERSION_CHARS = 64;
const MAX_HINT_CHARS = 1024 * 1024;

/** What a container engine, or what stands guard before one, would not answer to the question for its version. */
function unreachableBy(client: DockerClient, error: unknown): DockerUnreachable {
  const status = statusOf(error);
  const isOther = status === undefined || status < 400 || status === 404 || status === 405;
  if (isOther) return otherService(client, status === undefined ? messageOf(error) : `HTTP ${status} to GET /version`);
  return new DockerUnreachable({ kind: 'refused', reason: `${client.where}: ${cutText(messageOf(error).trim())}` });
}

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

  /** @throws DockerUnreachable, also for an answer that no container engine gives; CalledOff */
  async ask(signal?: AbortSignal): Promise<void> {
    const { client } = this.#o;
    try {
      const options = { ms: PING_MS, ...(signal === undefined ? {} : { signal }) };
      const answer: unknown = (await client.call((docker) => docker.version(), options)).Version;
      if (typeof answer !== 'string') throw otherService(client, 'it tells no version');
      this.#become({ kind: 'ok', version: cutText(answer, MAX_VERSION_CHARS) });
    } catch (error) {
      if (error instanceof CalledOff) throw error;
      const unreachable = error instanceof DockerUnreachable ? error : unreachableBy(client, error);
      this.unreachable(unreachable);
      throw unreachable;
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
    const stream = (await this.#o.client.call((docker, abortSignal) =>
      docker.getEvents({ filters, abortSignal }),
    )) as Readable;
    this.#events = stream;
    let rest = '';
    stream.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      // A hint of this length is none; the rounds find what it would have told.
      if (rest.length > MAX_HINT_CHARS) stream.destroy();
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
