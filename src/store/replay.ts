/** Rows as the snapshots and the journal after them make them. Refuses what does not fit together. */
import { basename } from 'node:path';
import { McptuiError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { checkRecord, type CollectionSpec } from './collection.ts';
import { deepFreeze } from './freeze.ts';
import { migrateRow, type Migration } from './migrations.ts';
import { EMPTY_CHAIN, type Change } from './record.ts';
import { damaged, type Segment } from './segments.ts';
import { snapshotPath, type Snapshot } from './snapshot.ts';
import type { Row } from './table.ts';
import type { ChainHead } from './types.ts';

export type CollectionSpecs = { readonly [name: string]: CollectionSpec<{ readonly id: string }> };

export interface ReplayOptions {
  readonly dataDir: string;
  readonly specs: CollectionSpecs;
  readonly migrations: readonly Migration[];
}

/** A row that fails its schema, and where it was read. */
export interface InvalidRow {
  readonly collection: string;
  readonly row: Row;
  readonly error: McptuiError;
}

export class Replay {
  chain: ChainHead = EMPTY_CHAIN;
  /** Records applied that are not in every snapshot. */
  replayed = 0;
  readonly #options: ReplayOptions;
  readonly #snapshots: ReadonlyMap<string, Snapshot>;
  readonly #rows = new Map<string, Map<string, Row>>();
  /** Where each row that the journal changed last comes from. */
  readonly #origin = new Map<string, string>();
  /** Oldest record that is in every snapshot. */
  readonly oldestSnapshot: number;

  constructor(options: ReplayOptions, snapshots: ReadonlyMap<string, Snapshot>) {
    this.#options = options;
    this.#snapshots = snapshots;
    let oldest = Infinity;
    for (const [name, snapshot] of snapshots) {
      const rows = new Map<string, Row>();
      for (const row of snapshot.rows) rows.set(row.id, this.#migrated(name, row, snapshot.format));
      this.#rows.set(name, rows);
      oldest = Math.min(oldest, snapshot.chain.seq);
    }
    this.oldestSnapshot = oldest;
  }

  /** The newest record that any snapshot has: what is known to have been durable. */
  get newestSnapshot(): Snapshot | undefined {
    return [...this.#snapshots.values()].sort((a, b) => b.chain.seq - a.chain.seq)[0];
  }

  /** @throws McptuiError `unavailable` */
  apply(changes: readonly Change[], chain: ChainHead, segment: Segment, offset: number): void {
    this.chain = chain;
    if (chain.seq > this.oldestSnapshot) this.replayed++;
    for (const snapshot of this.#snapshots.values()) {
      if (snapshot.chain.seq === chain.seq && snapshot.chain.hash !== chain.hash) {
        const file = snapshotPath(this.#options.dataDir, snapshot.collection);
        throw damaged(segment.path, offset, `record ${chain.seq} is not the one that ${file} was made from`);
      }
    }
    for (const change of changes) this.#change(change, segment, offset);
  }

  #change(change: Change, segment: Segment, offset: number): void {
    const rows = this.#rows.get(change.in);
    if (rows === undefined) {
      const what = `a change of ${change.in}, which this mcptui does not know`;
      throw new McptuiError('unavailable', `${segment.path} holds at byte ${offset} ${what}`, {
        hint: 'start the newer mcptui that wrote it; nothing was changed',
      });
    }
    if (this.chain.seq <= (this.#snapshots.get(change.in)?.chain.seq ?? 0)) return;
    if ('del' in change) {
      rows.delete(change.del);
      return;
    }
    rows.set(change.put.id, this.#migrated(change.in, change.put, segment.format));
    this.#origin.set(`${change.in}/${change.put.id}`, `record ${this.chain.seq}, ${segment.path} at byte ${offset}`);
  }

  #migrated(collection: string, row: JsonObject, format: number): Row {
    return migrateRow(collection, row, format, this.#options.migrations) as unknown as Row;
  }

  /** What a snapshot holds was durable, so a journal that ends before it has lost something. @throws McptuiError */
  checkSnapshotsReached(file: string | undefined, offset: number): void {
    const newest = this.newestSnapshot;
    if (newest === undefined || newest.chain.seq <= this.chain.seq) return;
    const path = snapshotPath(this.#options.dataDir, newest.collection);
    const reason = `the journal ends at record ${this.chain.seq}, but ${basename(path)} was made at record ${newest.chain.seq}`;
    throw damaged(file ?? path, offset, reason);
  }

  /** The rows, each checked with its schema; what fails goes to `onInvalid`. */
  rows(onInvalid: (invalid: InvalidRow) => void): Map<string, Map<string, Row>> {
    const valid = new Map<string, Map<string, Row>>();
    for (const [name, spec] of Object.entries(this.#options.specs)) {
      const rows = new Map<string, Row>();
      for (const [id, row] of this.#rows.get(name) ?? []) {
        const where = this.#origin.get(`${name}/${id}`) ?? snapshotPath(this.#options.dataDir, name);
        const checked = checkRow(spec, row, where);
        if (checked instanceof McptuiError) onInvalid({ collection: name, row, error: checked });
        else rows.set(id, checked);
      }
      valid.set(name, rows);
    }
    return valid;
  }
}

function checkRow(spec: CollectionSpec<{ readonly id: string }>, row: Row, where: string): Row | McptuiError {
  const { version, ...record } = row;
  try {
    return deepFreeze({ ...checkRecord(spec, record), version });
  } catch (error) {
    if (!(error instanceof McptuiError)) throw error;
    const hint = 'run `mcptui store repair` to see what can be saved; nothing was changed';
    return new McptuiError('invalid', `${error.message} (${where})`, { hint, cause: error });
  }
}
