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

export class SavedBySession {
  readonly #bySession = new BoundedMap<string, PageSavings>(MAX_SESSIONS);

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

  read(session: string, tokens: number): void {
    const before = this.of(session) ?? NONE;
    this.#bySession.set(session, {
      ...before,
      pages: before.pages + 1,
      withheldTokens: Math.max(0, before.withheldTokens - tokens),
    });
  }
}
