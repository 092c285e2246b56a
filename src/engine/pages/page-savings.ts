/** Counts what pages have saved each session: what it did not get of long answers, less what it has read of them later. */
import { BoundedMap } from '../../kernel/bounded-map.ts';

export interface PageSavings {
  /** Long answers that came in pages. */
  readonly answers: number;
  /** Pages that were given, the first of each answer included. */
  readonly pages: number;
  /** Estimate (≈) of what was not given, and not read since. */
  readonly withheldTokens: number;
}

const NONE: PageSavings = { answers: 0, pages: 0, withheldTokens: 0 };
/** Sessions that are over are told of until there are so many newer ones. */
const MAX_SESSIONS = 1_000;
const MAX_READ = 10_000;

export class SavedBySession {
  readonly #bySession = new BoundedMap<string, PageSavings>(MAX_SESSIONS);
  /** By session, answer and page: what is read again was withheld once. */
  readonly #read = new BoundedMap<string, true>(MAX_READ);

  /** Undefined where no answer came in pages. */
  of(session: string): PageSavings | undefined {
    return this.#bySession.get(session);
  }

  answered(session: string, withheldTokens: number): void {
    const before = this.of(session) ?? NONE;
    this.#bySession.set(session, {
      answers: before.answers + 1,
      pages: before.pages + 1,
      withheldTokens: before.withheldTokens + withheldTokens,
    });
  }

  /** `page` counts from 1; the first one was not withheld. */
  read(session: string, id: string, page: number, tokens: number): void {
    const before = this.of(session) ?? NONE;
    const key = `${session} ${id} ${page}`;
    const isNew = page > 1 && this.#read.get(key) === undefined;
    this.#read.set(key, true);
    this.#bySession.set(session, {
      ...before,
      pages: before.pages + 1,
      withheldTokens: Math.max(0, before.withheldTokens - (isNew ? tokens : 0)),
    });
  }
}
