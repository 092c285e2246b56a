/** Rows as the snapshots and the journal after them make them. Refuses what does not fit together. */
import { basename } from 'node:path';
import { McptuiError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { Bodies } from '../bodies/bodies.ts';
import type { Span, WholeRow } from '../bodies/body-files.ts';
import { checkRecord, keptSpec, withoutBody, type CollectionSpec } from '../collection.ts';
import { deepFreeze } from '../freeze.ts';
import type { StoreFs } from '../files/fs.ts';
import { migrateRow, type Migration } from '../migrations.ts';
import { EMPTY_CHAIN } from '../record.ts';
import type { Change } from '../types.ts';
import { damaged, type Segment } from './segments.ts';
import { snapshotPath, type Snapshot } from '../snapshot.ts';
import type { SnapshotRow } from '../snapshot-row.ts';
import type { Row } from '../table.ts';
import type { ChainHead } from '../types.ts';

export type CollectionSpecs = { readonly [name: string]: CollectionSpec<{ readonly id: string }> };

export interface ReplayOptions {
  readonly fs: StoreFs;
  readonly dataDir: string;
  /** A body file that has reached this size is followed by a new one; default 64 MiB. */
  readonly bodyFileBytes?: number;
  /** By collection and id: bodies that are not where the snapshot says, as a repair has found; undefined = lost. */
  readonly salvaged?: ReadonlyMap<string, WholeRow | undefined>;
  readonly specs: CollectionSpecs;
  readonly migrations: readonly Migration[];
}

/** A row that fails its schema, and where it was read. */
export interface InvalidRow {
  readonly collection: string;
  readonly row: Row;
  readonly error: McptuiError;
}

const DEFAULT_BODY_FILE_BYTES = 64 * 1024 * 1024;

export const bodyKey = (collection: string, id: string): string => `${collection}/${id}`;

export class Replay {
  chain: ChainHead = EMPTY_CHAIN;
  /** Records applied that are not in every snapshot. */
  replayed = 0;
  readonly #options: ReplayOptions;
  readonly #snapshots: ReadonlyMap<string, Snapshot>;
  readonly #rows = new Map<string, Map<string, Row>>();
  /** Of the collections that have them. */
  readonly bodies = new Map<string, Bodies>();
  /** Rows of those that fail their schema: checked at once, since their bodies are not kept. */
  readonly #invalid: InvalidRow[] = [];
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
      this.#rows.set(name, rows);
      const bodies = this.#bodiesOf(name);
      if (bodies !== undefined) this.bodies.set(name, bodies);
      for (const [i, row] of snapshot.rows.entries()) this.#snapshotRow(snapshot, row, i);
      oldest = Math.min(oldest, snapshot.chain.seq);
    }
    this.oldestSnapshot = oldest;
  }

  /** The newest record that any snapshot has: what is known to have been durable. */
  get newestSnapshot(): Snapshot | undefined {
    return [...this.#snapshots.values()].sort((a, b) => b.chain.seq - a.chain.seq)[0];
  }

  /** @throws McptuiError `unavailable` */
  apply(changes: readonly Change[], chain: ChainHead, segment: Segment, line: Span): void {
    const { offset } = line;
    this.chain = chain;
    if (chain.seq > this.oldestSnapshot) this.replayed++;
    for (const snapshot of this.#snapshots.values()) {
      if (snapshot.chain.seq === chain.seq && snapshot.chain.hash !== chain.hash) {
        const file = snapshotPath(this.#options.dataDir, snapshot.collection);
        throw damaged(segment.path, offset, `record ${chain.seq} is not the one that ${file} was made from`);
      }
    }
    for (const change of changes) this.#change(change, segment, line);
  }

  #bodiesOf(collection: string): Bodies | undefined {
    const { specs, bodyFileBytes: maxFileBytes = DEFAULT_BODY_FILE_BYTES } = this.#options;
    const spec = specs[collection];
    if (spec?.body === undefined) return undefined;
    return new Bodies({ ...this.#options, collection, noun: spec.noun, field: spec.body, maxFileBytes });
  }

  #snapshotRow({ collection, format, places }: Snapshot, kept: SnapshotRow, index: number): void {
    const row = this.#migrated(collection, kept, format);
    const rows = this.#rows.get(collection);
    const bodies = this.bodies.get(collection);
    const spec = this.#options.specs[collection];
    if (bodies === undefined || spec === undefined) return void rows?.set(row.id, row);
    const key = bodyKey(collection, row.id);
    const { salvaged } = this.#options;
    if (places === undefined) bodies.set(row.id, { kind: 'held', row: { format, put: kept } });
    else if (salvaged?.has(key) === true) {
      const found = salvaged.get(key);
      bodies.set(row.id, found === undefined ? { kind: 'lost' } : { kind: 'held', row: found });
    } else bodies.setKept(row.id, places[index]);
    rows?.set(row.id, withoutBody(spec, row));
  }

  #change(change: Change, segment: Segment, line: Span): void {
    const { offset } = line;
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
    const row = this.#migrated(change.in, change.put, segment.format);
    const where = `record ${this.chain.seq}, ${segment.path} at byte ${offset}`;
    const bodies = this.bodies.get(change.in);
    const spec = this.#options.specs[change.in];
    if (bodies !== undefined && spec !== undefined) {
      const checked = checkRow(spec, row, where);
      if (checked instanceof McptuiError)
        return void this.#invalid.push({ collection: change.in, row, error: checked });
      rows.set(row.id, withoutBody(spec, checked));
      bodies.set(row.id, { kind: 'journal', path: segment.path, format: segment.format, ...line });
      return;
    }
    rows.set(row.id, row);
    this.#origin.set(`${change.in}/${row.id}`, where);
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
    for (const invalid of this.#invalid) onInvalid(invalid);
    for (const [name, spec] of Object.entries(this.#options.specs)) {
      const rows = new Map<string, Row>();
      for (const [id, row] of this.#rows.get(name) ?? []) {
        const where = this.#origin.get(`${name}/${id}`) ?? snapshotPath(this.#options.dataDir, name);
        const checked = checkRow(keptSpec(spec), row, where);
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
