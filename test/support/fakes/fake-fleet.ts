/** Instances on demand, replaced when they are retired: what the engine does for an isolated server, on fakes. */
import type { RoutedServer } from '../../../src/mcp/index.ts';
import type { FakeServer, FakeServerOptions, Harness } from '../worlds/mcp-harness.ts';

export interface FleetOptions extends Partial<RoutedServer> {
  /** Kept warm. Default 1. */
  readonly replicas?: number;
}

export class FakeFleet {
  /** By instance id; the newest under each. */
  readonly servers = new Map<string, FakeServer>();
  /** All that were ever started, in order. */
  readonly started: FakeServer[] = [];
  options: FakeServerOptions;
  readonly #harness: Harness;
  readonly #name: string;
  readonly #replicas: number;
  readonly #max: number;
  #wanted = 0;
  #isRefilling = true;
  #starting: Promise<unknown>[] = [];

  constructor(harness: Harness, name: string, options: FakeServerOptions, replicas: number, max: number) {
    this.#harness = harness;
    this.#name = name;
    this.options = options;
    this.#replicas = replicas;
    this.#max = max;
    queueMicrotask(() => this.#fill());
  }

  /** Resolves when nothing is being started. */
  async settled(): Promise<void> {
    await Promise.resolve();
    while (this.#starting.length > 0) await Promise.all(this.#starting.splice(0));
  }

  /** The instance that the last `initialize` named so. */
  server(id: string): FakeServer {
    const server = this.servers.get(id);
    if (server === undefined) throw new Error(`no instance ${id}: ${[...this.servers.keys()].join(', ')}`);
    return server;
  }

  /** Nothing is started any more. */
  stopRefilling(): void {
    this.#isRefilling = false;
  }

  demand(sessions: number): void {
    this.#wanted = sessions;
    queueMicrotask(() => this.#fill());
  }

  retired(id: string, reason: string): void {
    if (!this.servers.has(id)) return;
    queueMicrotask(() => {
      this.#harness.router.servers.disconnect(id, reason);
      this.servers.get(id)?.stream.destroy();
      this.servers.delete(id);
      this.#fill();
    });
  }

  /** A crash, and the return of the instance. */
  crash(id: string): void {
    this.server(id).stream.destroy();
    this.servers.delete(id);
    setImmediate(() => this.#fill());
  }

  #fill(): void {
    if (!this.#isRefilling) return;
    const wanted = Math.min(Math.max(this.#replicas, this.#wanted), this.#max);
    for (let ordinal = 1; this.servers.size < wanted; ordinal += 1) {
      const id = `${this.#name}-${ordinal}`;
      if (this.servers.has(id)) continue;
      const { fake, outcome } = this.#harness.begin(this.#name, this.options, id);
      this.servers.set(id, fake);
      this.started.push(fake);
      this.#starting.push(outcome);
    }
  }
}
