/** Holds all live instances, and writes their records to the store. */
import type { BootClock } from '../../kernel/boot-clock.ts';
import type { Clock } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Instance } from '../../store/schema/instance.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Server } from '../../store/schema/server.ts';
import type { Database, EventDraft, Versioned } from '../../store/types.ts';
import { definitionById } from '../models/program.ts';
import { remainingAfterRestartMs, retold, type BackoffPolicy } from './backoff.ts';
import type { Named } from './failure-words.ts';
import { LiveInstance } from './live-instance.ts';

export interface FleetOptions {
  readonly clock: Clock;
  readonly db: Database<Shape>;
  readonly logger: Logger;
  readonly policy: BackoffPolicy;
  readonly bootClock: BootClock;
  /** In [0, 1). */
  readonly random: () => number;
  /** An instance's visible state moved, or it is gone. */
  readonly changed: (instanceId: string) => void;
  /** The instance is gone for good; `server` is absent when its definition is too. */
  readonly forgotten: (live: LiveInstance, server: Server | undefined) => void;
}

export class Fleet {
  readonly #options: FleetOptions;
  readonly #live = new Map<string, LiveInstance>();

  /** Takes up the records of an earlier engine: what was in back-off stays there. */
  constructor(options: FleetOptions) {
    this.#options = options;
    for (const { version: _, ...record } of options.db.collection('instances').all()) this.#adopt(record);
  }

  all(): readonly LiveInstance[] {
    return [...this.#live.values()];
  }

  get(id: string): LiveInstance | undefined {
    return this.#live.get(id);
  }

  /** What it is made of: a server, or the program of a model. */
  serverOf(live: LiveInstance): Versioned<Server> | undefined {
    return definitionById(this.#options.db, live.record.serverId);
  }

  /** As its failures name it. */
  namesOf(live: LiveInstance): Named {
    const server = this.serverOf(live) ?? live.started?.server;
    return { instance: live.name, server: server?.name ?? live.name };
  }

  /** Records and holds a new instance. @throws what the store throws */
  async create(record: Instance, event: EventDraft): Promise<void> {
    await this.#options.db.transact((tx) => {
      tx.collection('instances').insert(record);
      tx.event(event);
    });
    this.#adopt(record);
    this.#options.changed(record.id);
  }

  async forget(live: LiveInstance, event: EventDraft): Promise<void> {
    await this.#options.db.transact((tx) => {
      tx.collection('instances').delete(live.id);
      tx.event(event);
    });
    this.#live.delete(live.id);
    this.#options.forgotten(live, this.serverOf(live));
    this.#options.changed(live.id);
  }

  touch(live: LiveInstance): void {
    this.#options.changed(live.id);
  }

  /**
   * Saves the record and its audit events as one. Never throws: an instance's life goes on when the disk is full, and
   * the record is saved later (`unsaved`); the events of that moment are lost, which the store's own log tells.
   */
  async save(live: LiveInstance, events: readonly EventDraft[] = []): Promise<void> {
    this.#options.changed(live.id);
    try {
      await this.#options.db.transact((tx) => {
        const instances = tx.collection('instances');
        const stored = instances.find(live.id);
        if (stored === undefined) return;
        instances.replace({ ...live.record, version: stored.version });
        for (const event of events) tx.event(event);
      });
      live.unsaved = false;
    } catch (error) {
      live.unsaved = true;
      this.#options.logger.warn({ instance: live.name, error: messageOf(error) }, 'instance state not saved');
    }
  }

  #adopt(record: Instance): void {
    const { bootClock, clock, policy, random } = this.#options;
    const live = new LiveInstance(record, clock.now());
    if (live.state.phase === 'error' && record.retry !== undefined) {
      const leftMs = remainingAfterRestartMs(policy, record.retry, clock.now(), random(), bootClock.now());
      live.state.dueAtMono = clock.monotonicMs() + leftMs;
      live.record = { ...record, retry: retold(record.retry, leftMs, clock.now()) };
    }
    this.#live.set(record.id, live);
  }
}
