/** Has models sum up prompts in the background: one after the other, behind everybody who waits for a model. */
import { hash } from 'node:crypto';
import type { Clock, Timer } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Digest } from '../../store/schema/digest.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import type { BackgroundAsker } from '../models/model-turns.ts';
import { makeDigest, type Instructions, type Made } from './digest-maker.ts';
import { DigestShelf, MAX_DIGESTS } from './digest-shelf.ts';
import type { DigestProgress } from './progress.ts';
import { wantedPrompts, type Wanted } from './wanted.ts';

export interface DigestQueueParts {
  readonly clock: Clock;
  readonly db: Database<Shape>;
  readonly logger: Logger;
  readonly models: BackgroundAsker;
  readonly mask: (text: string) => string;
  readonly instructions: () => Instructions;
  /** The progress is another. */
  readonly progressed: () => void;
  /** Some are kept now: rows are shown with other words. */
  readonly kept: () => void;
}

/** What moved gathers: a save never waits for this. */
const LOOK_MS = 500;
/** Until models that cannot be asked are looked at again. */
const WAIT_MS = 5_000;
const MAX_WAIT_MS = 60_000;
/** A text that a model does not answer in time, or refuses, is tried so often. */
const MAX_TRIES = 3;

export class DigestQueue {
  readonly #p: DigestQueueParts;
  readonly #shelf: DigestShelf;
  readonly #ended = new AbortController();
  /** By hash of the content, in the order in which they are asked for. */
  #pending = new Map<string, Wanted>();
  readonly #tries = new Map<string, number>();
  #found: { readonly rows: readonly object[]; readonly wanted: readonly Wanted[] } = { rows: [], wanted: [] };
  #of = 0;
  #failed = 0;
  #why: string | undefined;
  #waits: string | undefined;
  #noAnswers = 0;
  #timer: Timer | undefined;
  #isRunning = false;
  #isStarted = false;
  #running: Promise<void> = Promise.resolve();
  #unsubscribe: () => void = () => undefined;

  constructor(parts: DigestQueueParts) {
    this.#p = parts;
    this.#shelf = new DigestShelf(parts);
  }

  start(): void {
    this.#isStarted = true;
    this.#unsubscribe = this.#p.db.onEvents((events) => {
      if (events.some(({ kind }) => kind.startsWith('model_'))) this.look();
    });
    this.look();
  }

  /** Prompts, projects or models may be others now. */
  look(): void {
    if (!this.#isStarted) return;
    // Where there is no model this costs nothing.
    if (this.#p.models.all().length > 0 || this.#of > 0) this.#after(LOOK_MS);
  }

  /** Undefined while there is nothing that a model may sum up. */
  progress(): DigestProgress | undefined {
    if (this.#of === 0) return undefined;
    const left = this.#pending.size;
    return {
      done: Math.max(0, this.#of - left - this.#failed),
      of: this.#of,
      failed: this.#failed,
      ...(this.#failed === 0 || this.#why === undefined ? {} : { why: this.#why }),
      ...(left === 0 || this.#waits === undefined ? {} : { waits: this.#waits }),
    };
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    this.#ended.abort();
    this.#timer?.cancel();
    await this.#running;
    await this.#shelf.close();
  }

  #after(ms: number): void {
    this.#timer?.cancel();
    if (this.#ended.signal.aborted) return;
    this.#timer = this.#p.clock.after(ms, () => this.#turn(), { unref: true });
  }

  #turn(): void {
    // One that is at work looks by itself before each request.
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#running = this.#run()
      .catch((error: unknown) => this.#p.logger.error({ err: error }, 'summaries by a model have stopped'))
      .finally(() => {
        this.#isRunning = false;
      });
  }

  async #run(): Promise<void> {
    const { models, logger } = this.#p;
    const { signal } = this.#ended;
    while (!signal.aborted) {
      const instructions = this.#p.instructions();
      const told = keyOf([instructions.summary, instructions.chapters]);
      const modelsKey = keyOf(models.all().map(({ name, updatedAt }) => `${name} ${updatedAt}`));
      this.#gather(told, modelsKey);
      const next = this.#next();
      this.#p.progressed();
      if (next === undefined) break;
      const made = await makeDigest(this.#p, next, instructions, signal);
      if (signal.aborted) return;
      const waitMs = this.#noted(next, made, { told, models: modelsKey });
      if (waitMs === 0) continue;
      logger.debug({ waitMs, waits: this.#waits }, 'summaries by a model wait');
      this.#p.progressed();
      return this.#after(waitMs);
    }
    if (this.#pending.size > 0) this.#after(WAIT_MS);
  }

  /** What is wanted and not there. What was asked for before comes first. */
  #gather(told: string, models: string): void {
    const may = this.#wanted().filter(({ policy }) => this.#p.models.hasAny(policy, 'fast'));
    const wanted = may.slice(0, MAX_DIGESTS);
    const failed: Digest[] = [];
    const missing = wanted.filter(({ id }) => {
      const digest = this.#shelf.find(id);
      if (digest?.told !== told) return true;
      if (digest.failed === undefined) return false;
      if (digest.models !== models) return true;
      failed.push(digest);
      return false;
    });
    const byId = new Map(missing.map((one) => [one.id, one]));
    const before = [...this.#pending.keys()].flatMap((id) => byId.get(id) ?? []);
    this.#pending = new Map([...before, ...missing].map((one) => [one.id, one]));
    this.#of = wanted.length;
    this.#failed = failed.length;
    this.#why = failed.toSorted((a, b) => b.at - a.at)[0]?.failed;
    for (const id of this.#tries.keys()) if (!this.#pending.has(id)) this.#tries.delete(id);
  }

  /** Found again when a prompt, a project or an agent is another. */
  #wanted(): readonly Wanted[] {
    const { db } = this.#p;
    const rows = [
      db.collection('prompts').all(),
      db.collection('projects').all(),
      db.collection('agents').all(),
    ] as const;
    if (rows.some((list, at) => list !== this.#found.rows[at])) this.#found = { rows, wanted: wantedPrompts(...rows) };
    return this.#found.wanted;
  }

  /** The first whose models can be asked now, and that can be kept. */
  #next(): Wanted | undefined {
    this.#waits = this.#pending.size === 0 ? undefined : this.#shelf.refusal;
    if (this.#waits !== undefined) return undefined;
    for (const one of this.#pending.values()) {
      const refusal = this.#p.models.refusal(one.policy, 'fast');
      if (refusal === undefined) {
        this.#waits = undefined;
        return one;
      }
      this.#waits ??= refusal;
    }
    return undefined;
  }

  /** How long to wait before the next one. */
  #noted(wanted: Wanted, made: Made, of: Pick<Digest, 'told' | 'models'>): number {
    const { id } = wanted;
    switch (made.kind) {
      case 'gave-way':
        this.#waits = 'a session waits for a model';
        return LOOK_MS;
      case 'made':
        this.#noAnswers = 0;
        this.#keep(id, made.digest, of);
        return 0;
      case 'no-answer': {
        this.#noAnswers += 1;
        this.#waits = made.reason;
        const tries = (this.#tries.get(id) ?? 0) + (made.isLong ? 1 : 0);
        this.#tries.set(id, tries);
        if (tries >= MAX_TRIES) this.#keep(id, { failed: made.reason.slice(0, 500) }, of);
        else {
          this.#pending.delete(id);
          this.#pending.set(id, wanted);
        }
        return Math.min(WAIT_MS * this.#noAnswers, MAX_WAIT_MS);
      }
    }
  }

  #keep(
    id: string,
    digest: Omit<Digest, 'id' | 'at' | 'told'>,
    { told, models }: Pick<Digest, 'told' | 'models'>,
  ): void {
    const failed = digest.failed === undefined || models === undefined ? {} : { models };
    this.#shelf.keep({ id, told, at: this.#p.clock.now(), ...digest, ...failed });
  }
}

function keyOf(texts: readonly string[]): string {
  return hash('sha256', JSON.stringify(texts)).slice(0, 32);
}
