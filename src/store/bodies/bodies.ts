/**
 * Finds and reads the bodies of one collection's rows, which memory does not hold. Until the next snapshot a
 * body is in its record of the journal; a snapshot moves it to a body file first, so that the record may be dropped.
 */
import { McptuiError } from '../../kernel/errors.ts';
import type { Json } from '../../kernel/json.ts';
import { BodyCache } from './body-cache.ts';
import {
  bodyPath,
  BodyWriter,
  readLines,
  rowInBodyLine,
  rowsInRecord,
  type BodyPlace,
  type BodyTail,
  type BodyWriterOptions,
  type LineRead,
  type Span,
  type WholeRow,
} from './body-files.ts';
import { deepFreeze } from '../freeze.ts';
import { migrateRow, type Migration } from '../migrations.ts';
import { damaged } from '../journal/segments.ts';

/** A record of the journal that holds the row. */
export interface JournalPlace extends Span {
  readonly path: string;
  /** Of the segment. */
  readonly format: number;
}

type LinePlace = ({ readonly kind: 'file' } & BodyPlace) | ({ readonly kind: 'journal' } & JournalPlace);

export type Place =
  | LinePlace
  /** In memory until the next snapshot: of a snapshot without places, or saved by a repair. */
  | { readonly kind: 'held'; readonly row: WholeRow }
  /** A repair has not found it. */
  | { readonly kind: 'lost' };

/** A place as a snapshot keeps it: file, offset, length; null = lost. */
export type KeptPlace = readonly [number, number, number] | null;

export interface BodiesOptions extends BodyWriterOptions {
  readonly noun: string;
  /** The field that is the body. */
  readonly field: string;
  readonly migrations: readonly Migration[];
}

export class Bodies {
  readonly #options: BodiesOptions;
  readonly #places = new Map<string, Place>();
  readonly #cache = new BodyCache();
  /** Behind everything that any snapshot may refer to. */
  #tail: BodyTail = { file: 1, end: 0 };

  constructor(options: BodiesOptions) {
    this.#options = options;
  }

  get field(): string {
    return this.#options.field;
  }

  set(id: string, place: Place): void {
    this.#places.set(id, place);
    if (place.kind !== 'file') return;
    const end = place.offset + place.length;
    const { file } = this.#tail;
    if (place.file > file || (place.file === file && end > this.#tail.end)) this.#tail = { file: place.file, end };
  }

  setKept(id: string, kept: KeptPlace | undefined): void {
    if (kept == null) return this.set(id, { kind: 'lost' });
    const [file, offset, length] = kept;
    this.set(id, { kind: 'file', file, offset, length });
  }

  /** As a snapshot keeps it. Only after `store`. */
  kept(id: string): KeptPlace {
    const place = this.#places.get(id);
    return place?.kind === 'file' ? [place.file, place.offset, place.length] : null;
  }

  /** Undefined when there is no such row. @throws McptuiError `unavailable` when it is damaged or lost */
  async read(id: string): Promise<Json | undefined> {
    const cached = this.#cache.get(id);
    if (cached !== undefined) return cached;
    for (;;) {
      const place = this.#places.get(id);
      if (place === undefined) return undefined;
      const row = await this.#rowAt(id, place);
      if (!(row instanceof McptuiError)) {
        const body = this.#bodyOf(row);
        if (body !== undefined) this.#cache.set(id, body, 'length' in place ? place.length : 0);
        return body;
      }
      // A snapshot may have moved it meanwhile, and retention dropped where it was.
      if (this.#places.get(id) === place) throw row;
    }
  }

  /** Moves the bodies of these rows that are not in files yet; durable when it resolves. @throws McptuiError, system errors */
  async store(rows: readonly { readonly id: string }[]): Promise<void> {
    const moving = rows.flatMap(({ id }) => {
      const place = this.#places.get(id);
      return place?.kind === 'journal' || place?.kind === 'held' ? [{ id, place }] : [];
    });
    if (moving.length === 0) return;
    const writer = new BodyWriter(this.#options, await this.#safeTail());
    const moved = new Map<string, Place>();
    try {
      for (const { id, place } of moving) {
        if (place.kind === 'held') moved.set(id, { kind: 'file', ...(await writer.add(place.row)) });
      }
      const inJournal = moving.flatMap(({ id, place }) => (place.kind === 'journal' ? [{ id, place }] : []));
      for (const [path, places] of Map.groupBy(inJournal, ({ place }) => place.path)) {
        // A record of many rows is read and parsed once.
        const records = [...Map.groupBy(places, ({ place }) => place.offset).values()];
        const lines = records.flatMap((rows) => (rows[0] === undefined ? [] : [{ ...rows[0].place, rows }]));
        for await (const line of readLines(this.#options.fs, path, lines)) {
          for (const { id, row } of this.#rowsIn(path, line)) {
            moved.set(id, { kind: 'file', ...(await writer.add(row)) });
          }
        }
      }
      await writer.finish();
    } catch (error) {
      await writer.abandon().catch(() => undefined);
      throw error;
    }
    // From here on a snapshot may refer to them, even one whose writing fails at its end: nothing is written there again.
    for (const [id, place] of moved) this.set(id, place);
  }

  /** A file that lacks something of what was in it is not written to any more. */
  async #safeTail(): Promise<BodyTail> {
    const { fs, dataDir, collection } = this.#options;
    const { file, end } = this.#tail;
    const size = (await fs.info(bodyPath(dataDir, collection, file)))?.size ?? 0;
    return size < end ? { file: file + 1, end: 0 } : this.#tail;
  }

  async #rowAt(id: string, place: Place): Promise<WholeRow | McptuiError> {
    const { fs, noun, dataDir, collection } = this.#options;
    if (place.kind === 'held') return place.row;
    if (place.kind === 'lost') {
      return new McptuiError('unavailable', `the body of ${noun} ${id} was lost by damage to the disk`, {
        hint: 'the audit event store_repaired says what was lost',
      });
    }
    const path = place.kind === 'journal' ? place.path : bodyPath(dataDir, collection, place.file);
    for await (const line of readLines(fs, path, [place])) return this.#rowIn(id, path, line);
    throw new Error(`nothing was read of ${path}`);
  }

  #rowIn(id: string, path: string, line: LineRead<LinePlace>): WholeRow | McptuiError {
    const { collection, noun } = this.#options;
    const { at, body } = line;
    if (body === undefined) return damaged(path, at.offset, line.reason);
    if (at.kind === 'file') {
      return rowInBodyLine(body, id) ?? damaged(path, at.offset, `not the body of ${noun} ${id}`);
    }
    const put = rowsInRecord(body, collection).get(id);
    return put === undefined ? damaged(path, at.offset, `not the record of ${noun} ${id}`) : { format: at.format, put };
  }

  /** @throws McptuiError `unavailable` for damage */
  *#rowsIn(
    path: string,
    line: LineRead<JournalPlace & { readonly rows: readonly { readonly id: string }[] }>,
  ): Generator<{ id: string; row: WholeRow }> {
    const { at, body } = line;
    if (body === undefined) throw damaged(path, at.offset, line.reason);
    const found = rowsInRecord(body, this.#options.collection);
    for (const { id } of at.rows) {
      const put = found.get(id);
      if (put === undefined) throw damaged(path, at.offset, `not the record of ${this.#options.noun} ${id}`);
      yield { id, row: { format: at.format, put } };
    }
  }

  #bodyOf({ put, format }: WholeRow): Json | undefined {
    const { migrations, collection, field } = this.#options;
    return deepFreeze(migrateRow(collection, put, format, migrations)[field]);
  }
}
