/** Keeps the rows of a collection as of one record of the journal, in a file of its own, so that opening need not replay everything. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Low } from 'lowdb';
import type { SnapshotRow } from './snapshot-row.ts';
import type { KeptPlace } from './bodies/bodies.ts';
import { DurableAdapter, type Codec } from './files/durable-adapter.ts';
import type { StoreFs } from './files/fs.ts';
import { checkFormat } from './migrations.ts';
import { EMPTY_CHAIN, parseObject, sha256 } from './record.ts';
import { damaged } from './journal/segments.ts';
import type { ChainHead } from './types.ts';

export interface Snapshot {
  readonly format: number;
  readonly collection: string;
  /** The newest record whose changes are in `rows`. */
  readonly chain: ChainHead;
  /** ISO 8601. */
  readonly at: string;
  readonly rows: readonly SnapshotRow[];
  /** Of a collection with bodies: where that of each row is. Absent when the rows have them. */
  readonly places?: readonly KeptPlace[];
}

export const snapshotFolder = (dataDir: string): string => join(dataDir, 'snapshots');
export const snapshotPath = (dataDir: string, collection: string): string =>
  join(snapshotFolder(dataDir), `${collection}.json`);

/** A snapshot and its SHA-256, in one JSON object whose last field is the checksum. */
function codec(path: string, format: number): Codec<Snapshot> {
  return {
    *encode(snapshot) {
      const sum = createHash('sha256');
      for (const piece of bodyPieces(snapshot)) {
        sum.update(piece);
        yield piece;
      }
      yield `,"checksum":"${sum.update('}').digest('hex')}"}\n`;
    },
    decode(bytes) {
      const text = bytes.toString('utf8');
      const match = /,"checksum":"([0-9a-f]{64})"\}\n$/.exec(text.slice(-100));
      if (match === null) throw damaged(path, Math.max(0, bytes.length - 1), 'the file does not end in a checksum');
      const body = Buffer.from(`${text.slice(0, -match[0].length)}}`);
      if (sha256(body) !== match[1]) throw damaged(path, 0, 'the checksum does not match');
      const value = parseObject(body);
      if (value === undefined || !Array.isArray(value['rows'])) throw damaged(path, 0, 'not a snapshot');
      checkFormat(path, value['format'], format);
      return value as unknown as Snapshot;
    },
  };
}

/** The JSON of a snapshot but for its closing brace, in the order of its fields. */
function* bodyPieces({ rows, places, ...head }: Snapshot): Generator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"rows":`;
  yield* arrayPieces(rows);
  if (places === undefined) return;
  yield ',"places":';
  yield* arrayPieces(places);
}

function* arrayPieces(values: readonly unknown[]): Generator<string> {
  yield '[';
  for (const [index, value] of values.entries()) yield `${index === 0 ? '' : ','}${JSON.stringify(value)}`;
  yield ']';
}

/** The snapshots of a data folder, one lowdb file a collection. */
export class Snapshots {
  readonly #fs: StoreFs;
  readonly #dataDir: string;
  readonly #format: number;
  readonly #files = new Map<string, Low<Snapshot>>();

  /** `format`: the newest one known, and the one written. */
  constructor(fs: StoreFs, dataDir: string, format: number) {
    this.#fs = fs;
    this.#dataDir = dataDir;
    this.#format = format;
  }

  /**
   * The snapshot, or an empty one at record 0 when there is none.
   * @throws McptuiError `unavailable` when it is damaged or of a newer format
   */
  async read(collection: string): Promise<Snapshot> {
    const path = snapshotPath(this.#dataDir, collection);
    const empty: Snapshot = { format: this.#format, collection, chain: EMPTY_CHAIN, at: '', rows: [] };
    const file = new Low(new DurableAdapter(this.#fs, path, codec(path, this.#format)), empty);
    await file.read();
    if (file.data.collection !== collection) throw damaged(path, 0, `the file is of ${file.data.collection}`);
    this.#files.set(collection, file);
    const snapshot = file.data;
    file.data = emptied(snapshot);
    return snapshot;
  }

  /** Replaces the snapshot; the old one stays when anything fails. */
  async write(rows: Omit<Snapshot, 'format'>): Promise<void> {
    const snapshot = { format: this.#format, ...rows };
    const file = this.#files.get(snapshot.collection);
    if (file === undefined) throw new Error(`the snapshot of ${snapshot.collection} was not read`);
    file.data = snapshot;
    await file.write();
    file.data = emptied(snapshot);
  }
}

/** The rows are in the tables; lowdb would keep them a second time. */
function emptied(snapshot: Snapshot): Snapshot {
  const { places: _, ...rest } = snapshot;
  return { ...rest, rows: [] };
}
