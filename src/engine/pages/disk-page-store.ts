/** Keeps whole texts in the data folder while agents read them page by page: a folder a project, owner-only, over restarts. */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '../../kernel/atomic-file.ts';
import type { Clock } from '../../kernel/clock.ts';
import { errnoOf, messageOf } from '../../kernel/errors.ts';
import { folderTrouble } from '../../kernel/folder-trouble.ts';
import type { EncodedText, Kept, KeptText, MadeOfText, PageStore } from '../../mcp/pages/page-store.ts';
import type { Page, Span } from '../../mcp/pages/types.ts';
import { nameSchema } from '../../store/schema/server.ts';
import { ProjectShelf, type ShelfOptions } from './project-shelf.ts';

/** Of the texts of one project, with their pages. */
export const MAX_PROJECT_BYTES = 64 * 1024 * 1024;

export interface DiskPageStoreOptions {
  /** Made at the first text, 0700. */
  readonly folder: string;
  readonly clock: Pick<Clock, 'now'>;
  /** A file could not be written or read, with the reason for people. */
  readonly failed: (reason: string, error: unknown) => void;
  readonly maxProjectBytes?: number;
  readonly write?: ShelfOptions['write'];
}

export class DiskPageStore implements PageStore {
  readonly #o: DiskPageStoreOptions;
  readonly #shelves = new Map<string, ProjectShelf>();
  /** By project: one thing after the other. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(options: DiskPageStoreOptions) {
    this.#o = options;
  }

  async keep(project: string, text: string | EncodedText, pages: readonly Page[], made?: MadeOfText): Promise<Kept> {
    const max = this.#o.maxProjectBytes ?? MAX_PROJECT_BYTES;
    return this.#inTurn(
      project,
      async (shelf): Promise<Kept> => {
        const id = await shelf.keep(text, pages, made);
        if (id !== undefined) return { kind: 'kept', id };
        return {
          kind: 'refused',
          reason: `over ${Math.round(max / 1024 / 1024)} MiB, which is all that a project keeps`,
        };
      },
      (reason) => ({ kind: 'refused', reason }),
    );
  }

  async find(project: string, id: string): Promise<KeptText | undefined> {
    return this.#inTurn(
      project,
      async (shelf) => {
        const found = await shelf.find(id);
        if (found === undefined) return undefined;
        const { length, pages, made } = found;
        return { length, pages, ...(made === undefined ? {} : { made }) };
      },
      () => undefined,
    );
  }

  async amend(project: string, id: string, pages: readonly Page[], made: MadeOfText): Promise<void> {
    await this.#inTurn(
      project,
      (shelf) => shelf.amend(id, pages, made),
      () => undefined,
    );
  }

  async read(project: string, id: string, span?: Span): Promise<string | undefined> {
    return this.#inTurn(
      project,
      (shelf) => shelf.read(id, span),
      () => undefined,
    );
  }

  async forget(project: string): Promise<void> {
    await this.#inTurn(
      project,
      async () => {
        this.#shelves.delete(project);
        await rm(this.#folderOf(project), { recursive: true, force: true });
      },
      () => undefined,
    );
  }

  async #inTurn<T>(
    project: string,
    work: (shelf: ProjectShelf) => Promise<T>,
    otherwise: (reason: string) => T,
  ): Promise<T> {
    const before = this.#turns.get(project) ?? Promise.resolve();
    const turn = before.then(async () => {
      try {
        return await work(this.#shelf(project));
      } catch (error) {
        // What is on the disk is looked at anew.
        this.#shelves.delete(project);
        const reason = folderTrouble(error)?.message ?? messageOf(error);
        if (errnoOf(error) !== 'ENOENT') this.#o.failed(reason, error);
        return otherwise(reason);
      }
    });
    this.#turns.set(project, turn);
    const value = await turn;
    if (this.#turns.get(project) === turn) this.#turns.delete(project);
    return value;
  }

  #shelf(project: string): ProjectShelf {
    let shelf = this.#shelves.get(project);
    if (shelf === undefined) {
      const { clock, maxProjectBytes: maxBytes = MAX_PROJECT_BYTES, write = writeAtomically } = this.#o;
      shelf = new ProjectShelf({ folder: this.#folderOf(project), clock, maxBytes, write });
      this.#shelves.set(project, shelf);
    }
    return shelf;
  }

  /** A name that is none of a project leads nowhere else. */
  #folderOf(project: string): string {
    const isName = nameSchema.safeParse(project).success;
    return path.join(
      this.#o.folder,
      isName ? project : `=${createHash('sha256').update(project).digest('hex').slice(0, 32)}`,
    );
  }
}
