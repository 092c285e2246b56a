/** Counts what pages have saved each session: what it did not get of long answers, less what it has read of them later. */
import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { Clock, Timer } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/log.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import type { PageSavingsRow } from '../../store/schema/page-savings.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database, Transaction } from '../../store/types.ts';

export type PageSavings = Pick<PageSavingsRow, 'answers' | 'pages' | 'withheldTokens'>;

/** `peer`: the same again after a reconnect. */
export interface SavingSession {
  readonly id: string;
  readonly peer?: string | undefined;
}

export interface SavedBySessionParts {
  readonly clock: Clock;
  readonly db: Database<Shape>;
  readonly logger: Logger;
}

const NONE: PageSavings = { answers: 0, pages: 0, withheldTokens: 0 };
/** Sessions that are over are told of until there are so many newer ones. */
const MAX_SESSIONS = 1_000;
const MAX_READ = 10_000;
/** Written down so long after it was counted. */
const KEEP_MS = 5_000;

export class SavedBySession {
  readonly #p: SavedBySessionParts;
  readonly #rows = new BoundedMap<string, PageSavingsRow>(MAX_SESSIONS);
  /** Who is behind sessions → the newest of them that has saved something. */
  readonly #byPeer = new BoundedMap<string, string>(MAX_SESSIONS);
  /** By session, answer and page: what is read again was withheld once. */
  readonly #read = new BoundedMap<string, true>(MAX_READ);
  readonly #changed = new Set<string>();
  #timer: Timer | undefined;

  constructor(parts: SavedBySessionParts) {
    this.#p = parts;
  }

  /** What an engine before this one has counted. */
  start(): void {
    for (const { version: _version, ...row } of this.#p.db.collection('pageSavings').all()) this.#put(row);
  }

  /** Undefined where no answer came in pages. */
  of({ id, peer }: SavingSession): PageSavings | undefined {
    const row = this.#rows.get(id) ?? this.#rows.get(this.#byPeer.get(resumable(peer) ?? '') ?? '');
    if (row === undefined) return undefined;
    const { answers, pages, withheldTokens } = row;
    return { answers, pages, withheldTokens };
  }

  /** `ids`: texts whose first page was given; of others a summary was. */
  answered(
    session: SavingSession,
    { ids, withheldTokens }: { readonly ids: readonly string[]; readonly withheldTokens: number },
  ): void {
    const before = this.of(session) ?? NONE;
    for (const id of ids) this.#read.set(keyOf(session, id, 1), true);
    this.#count(session, {
      answers: before.answers + 1,
      pages: before.pages + (ids.length === 0 ? 0 : 1),
      withheldTokens: before.withheldTokens + withheldTokens,
    });
  }

  /** `page` counts from 1. */
  read(session: SavingSession, id: string, page: number, tokens: number): void {
    const before = this.of(session) ?? NONE;
    const key = keyOf(session, id, page);
    const isNew = !this.#read.has(key);
    this.#read.set(key, true);
    this.#count(session, {
      ...before,
      pages: before.pages + 1,
      withheldTokens: Math.max(0, before.withheldTokens - (isNew ? tokens : 0)),
    });
  }

  async close(): Promise<void> {
    this.#timer?.cancel();
    await this.#keep();
  }

  #count({ id, peer }: SavingSession, savings: PageSavings): void {
    this.#put({ id, ...(peer === undefined ? {} : { peer }), ...savings });
    this.#changed.add(id);
    this.#timer ??= this.#p.clock.after(
      KEEP_MS,
      () => {
        this.#timer = undefined;
        unawaited(this.#keep());
      },
      { unref: true },
    );
  }

  #put(row: PageSavingsRow): void {
    this.#rows.set(row.id, row);
    const peer = resumable(row.peer);
    if (peer !== undefined) this.#byPeer.set(peer, row.id);
  }

  /** No event: what was saved is no decision. */
  async #keep(): Promise<void> {
    const { db, logger } = this.#p;
    const rows = [...this.#changed].flatMap((id) => this.#rows.get(id) ?? []);
    this.#changed.clear();
    if (rows.length === 0) return;
    try {
      await db.transact((tx) => put(tx, rows));
    } catch (error) {
      logger.warn({ error: messageOf(error) }, 'what pages have saved was not kept');
    }
  }
}

function put(tx: Transaction<Shape>, rows: readonly PageSavingsRow[]): void {
  const kept = tx.collection('pageSavings');
  for (const row of rows) {
    const before = kept.find(row.id);
    if (before === undefined) kept.insert(row);
    else kept.replace({ ...row, version: before.version });
  }
  for (const { id } of kept.all().slice(0, Math.max(0, kept.all().length - MAX_SESSIONS))) kept.delete(id);
}

/** Who comes back to the same piece of work; a principal without sessions begins anew. */
function resumable(peer: string | undefined): string | undefined {
  return peer === undefined || peer.startsWith('who:') ? undefined : peer;
}

function keyOf({ id: session, peer }: SavingSession, id: string, page: number): string {
  return `${resumable(peer) ?? session} ${id} ${page}`;
}
