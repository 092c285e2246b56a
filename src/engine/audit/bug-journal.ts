/** Journals bugs as audit events of kind `bug`: each once a minute with its stack, the repetitions as a number. */
import { bugFacts, type BugFacts, type Bugs } from '../../kernel/bugs.ts';
import type { Clock } from '../../kernel/clock.ts';
import { cutName } from '../../kernel/foreign.ts';
import type { Logger } from '../../kernel/log.ts';
import type { EventDraft } from '../../store/types.ts';

/** Bugs alike are told again after this long at the earliest. */
const TOLD_AGAIN_MS = 60_000;
const SHOWN_AGAIN_MS = 1_000;
/** How many different bugs are told one by one within that time; the others are counted together. */
const MAX_KINDS = 32;

export interface BugJournalOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  record(draft: EventDraft): void;
  /** The count moved. */
  changed(): void;
}

interface Seen {
  readonly where: string;
  readonly facts: BugFacts;
  /** Since it was told last. */
  more: number;
}

export class BugJournal implements Bugs {
  readonly #o: BugJournalOptions;
  readonly #seen = new Map<string, Seen>();
  #others = 0;
  #count = 0;
  #timed = false;
  #shown = false;

  constructor(options: BugJournalOptions) {
    this.#o = options;
  }

  /** Since the engine started. */
  get count(): number {
    return this.#count;
  }

  report(place: string, error: unknown): void {
    this.#count += 1;
    const where = cutName(place);
    const facts = bugFacts(error);
    const key = `${where}\n${facts.name}\n${facts.frames[0] ?? ''}`;
    const seen = this.#seen.get(key);
    if (seen !== undefined) seen.more += 1;
    else if (this.#seen.size >= MAX_KINDS) this.#others += 1;
    else {
      this.#seen.set(key, { where, facts, more: 0 });
      this.#tell(where, facts, `${facts.name} in ${where}`);
    }
    this.#show();
    if (this.#timed) return;
    this.#timed = true;
    this.#o.clock.after(TOLD_AGAIN_MS, () => this.#again(), { unref: true });
  }

  /** At once, and then once a second: showing it may be what fails. */
  #show(): void {
    if (this.#shown) return;
    this.#shown = true;
    this.#safely(() => this.#o.changed());
    const count = this.#count;
    const again = (): void => {
      this.#shown = false;
      if (this.#count > count) this.#show();
    };
    this.#o.clock.after(SHOWN_AGAIN_MS, again, { unref: true });
  }

  /** Tells how often each came again, and begins afresh. */
  #again(): void {
    this.#timed = false;
    const seen = [...this.#seen.values()];
    const others = this.#others;
    this.#seen.clear();
    this.#others = 0;
    for (const { where, facts, more } of seen) {
      if (more > 0) this.#tell(where, facts, `${facts.name} in ${where}, ${more} more within a minute`, more);
    }
    if (others > 0) {
      this.#tell('several places', { name: 'errors', frames: [] }, `${others} other bugs within a minute`, others);
    }
  }

  #tell(where: string, { name, frames }: BugFacts, message: string, more?: number): void {
    const detail = { where, name, frames, ...(more === undefined ? {} : { more }) };
    this.#safely(() => this.#o.logger.error(detail, 'a bug'));
    this.#safely(() => this.#o.record({ kind: 'bug', actor: 'engine', outcome: 'error', message, detail }));
  }

  /** What fails while a bug is told must not become one more. */
  #safely(step: () => void): void {
    try {
      step();
    } catch {
      // Counted already.
    }
  }
}
