/** Keeps what models have made of prompts over restarts: written behind, a few at a time, the oldest out. */
import type { Clock, Timer } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Digest } from '../../store/schema/digest.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database, Transaction } from '../../store/types.ts';

export const MAX_DIGESTS = 4_096;
/** They gather so long, or until there are so many. */
const KEEP_MS = 2_000;
const MAX_GATHERED = 16;
/** A disk that is full is tried again then. */
const AGAIN_MS = 30_000;

export interface DigestShelfParts {
  readonly clock: Clock;
  readonly db: Database<Shape>;
  readonly logger: Logger;
  /** Rows; default and most `MAX_DIGESTS`. */
  readonly max?: number;
  /** Some are kept now. */
  readonly kept: () => void;
}

export class DigestShelf {
  readonly #p: DigestShelfParts;
  /** Not kept yet. */
  readonly #gathered = new Map<string, Digest>();
  #timer: Timer | undefined;
  #writing: Promise<void> = Promise.resolve();
  #reason: string | undefined;
  #isClosed = false;

  constructor(parts: DigestShelfParts) {
    this.#p = parts;
  }

  find(id: string): Digest | undefined {
    return this.#gathered.get(id) ?? this.#p.db.collection('digests').find(id);
  }

  /** Why no more should be made now. */
  get refusal(): string | undefined {
    return this.#gathered.size < MAX_GATHERED ? undefined : this.#reason;
  }

  keep(digest: Digest): void {
    this.#gathered.set(digest.id, digest);
    if (this.#gathered.size >= MAX_GATHERED && this.#reason === undefined) this.#write();
    else this.#later(this.#reason === undefined ? KEEP_MS : AGAIN_MS);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#write();
    await this.#writing;
  }

  #later(ms: number): void {
    if (this.#isClosed) return;
    this.#timer ??= this.#p.clock.after(
      ms,
      () => {
        this.#timer = undefined;
        this.#write();
      },
      { unref: true },
    );
  }

  #write(): void {
    this.#writing = this.#writing.then(() => this.#written());
  }

  /** No event: what a model says of a text is no decision. */
  async #written(): Promise<void> {
    const { db, logger, kept } = this.#p;
    const rows = [...this.#gathered.values()];
    if (rows.length === 0) return;
    try {
      await db.transact((tx) => put(tx, rows, this.#p.max ?? MAX_DIGESTS));
      for (const row of rows) if (this.#gathered.get(row.id) === row) this.#gathered.delete(row.id);
      this.#reason = undefined;
      kept();
    } catch (error) {
      this.#reason = `summaries cannot be kept: ${messageOf(error)}`;
      logger.warn({ error: messageOf(error) }, 'summaries by a model were not kept');
      this.#later(AGAIN_MS);
    }
  }
}

/** Those of contents that no prompt has any more go first, then the oldest. */
function put(tx: Transaction<Shape>, rows: readonly Digest[], max: number): void {
  const digests = tx.collection('digests');
  for (const row of rows) {
    const before = digests.find(row.id);
    if (before === undefined) digests.insert(row);
    else digests.replace({ ...row, version: before.version });
  }
  const all = digests.all();
  const over = all.length - max;
  if (over <= 0) return;
  const live = new Set(
    tx
      .collection('prompts')
      .all()
      .map(({ current }) => current.hash),
  );
  const byAge = all.toSorted((a, b) => a.at - b.at);
  const byUse = [...byAge.filter(({ id }) => !live.has(id)), ...byAge.filter(({ id }) => live.has(id))];
  for (const { id } of byUse.slice(0, over)) digests.delete(id);
}
