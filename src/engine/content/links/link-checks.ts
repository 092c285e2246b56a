/** Looks at the links of prompts on schedule, a few at a time; starts no server for it. */
import type { Clock, Timer } from '../../../kernel/clock.ts';
import { unawaited } from '../../../kernel/unawaited.ts';
import type { Prompt } from '../../../store/schema/content.ts';
import { linksOf, parseResourceLink } from '../../../store/schema/link.ts';
import { refOf } from '../refs.ts';
import type { KnownLink } from './link-reader.ts';

export interface LinkChecksParts {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly prompts: () => readonly Prompt[];
  readonly reader: {
    known(link: string): KnownLink | undefined;
    check(link: string): Promise<void>;
    keep(links: ReadonlySet<string>): void;
  };
  /** A round has ended. */
  readonly looked: () => void;
}

const EVERY_MS = 300_000;
/** While a server is down or nothing is known: those links alone are looked at, and a server that is down is not asked. */
const UNSETTLED_MS = 30_000;
/** After a change: changes that come together are one. */
const SOON_MS = 200;
/** After the engine's start, when servers are still coming. */
const FIRST_MS = 5_000;
const SIDE_BY_SIDE = 4;
/** Of the time between two looks: a link that is younger waits for the next round. */
const LEAST_AGE = 0.8;

export class LinkChecks {
  readonly #p: LinkChecksParts;
  #compared: readonly Prompt[] | undefined;
  #uses: ReadonlyMap<string, readonly string[]> = new Map();
  #timer: Timer | undefined;
  #dueMs = Infinity;
  #round: Promise<void> | undefined;
  #isOn = false;
  /** Servers have changed since the last round. */
  #areAllDue = false;

  constructor(parts: LinkChecksParts) {
    this.#p = parts;
  }

  /** Link of a resource → the prompts that have it. */
  get uses(): ReadonlyMap<string, readonly string[]> {
    const prompts = this.#p.prompts();
    if (this.#compared === prompts) return this.#uses;
    this.#compared = prompts;
    const uses = new Map<string, string[]>();
    for (const row of prompts) {
      if (row.content.link === undefined) continue;
      for (const link of linksOf(row.content)) {
        if (parseResourceLink(link) === undefined) continue;
        const refs = uses.get(link) ?? [];
        refs.push(refOf(row, row.name));
        uses.set(link, refs);
      }
    }
    return (this.#uses = uses);
  }

  start(): void {
    this.#isOn = true;
    if (this.uses.size > 0) this.#within(FIRST_MS);
  }

  close(): void {
    this.#isOn = false;
    this.#timer?.cancel();
  }

  /** Prompts may have other links: those that nobody has read are looked at soon. */
  promptsChanged(): void {
    const before = this.#uses;
    const { uses } = this;
    if (uses === before) return;
    this.#p.reader.keep(new Set(uses.keys()));
    if ([...uses.keys()].some((link) => this.#p.reader.known(link) === undefined)) this.#within(SOON_MS);
  }

  /** Servers came, went or changed: what is known of any link may be another now. */
  serversChanged(): void {
    this.#areAllDue = true;
    if (this.uses.size > 0) this.#within(SOON_MS);
  }

  /** Looks at the links in use that are due; joins the round under way. Never rejects. */
  look(): Promise<void> {
    return (this.#round ??= this.#all().finally(() => {
      this.#round = undefined;
      const links = [...this.uses.keys()];
      if (links.length === 0) return;
      const isAnyUnsettled = links.some((link) => isUnsettled(this.#p.reader.known(link)));
      this.#within((isAnyUnsettled ? UNSETTLED_MS : EVERY_MS) * (0.9 + 0.2 * this.#p.random()));
    }));
  }

  async #all(): Promise<void> {
    const areAllDue = this.#areAllDue;
    this.#areAllDue = false;
    const left = [...this.uses.keys()].filter((link) => areAllDue || this.#isDue(link));
    const worker = async (): Promise<void> => {
      for (let link = left.shift(); link !== undefined && this.#isOn; link = left.shift())
        await this.#p.reader.check(link);
    };
    await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, left.length) }, worker));
    this.#p.looked();
  }

  #isDue(link: string): boolean {
    const known = this.#p.reader.known(link);
    if (known === undefined || isUnsettled(known)) return true;
    // An agent's read counts as a look.
    return this.#p.clock.monotonicMs() - known.atMs >= LEAST_AGE * EVERY_MS;
  }

  /** Sooner than what was planned, or not at all. */
  #within(ms: number): void {
    if (!this.#isOn) return;
    const { clock } = this.#p;
    const dueMs = clock.monotonicMs() + ms;
    if (dueMs >= this.#dueMs) return;
    this.#timer?.cancel();
    this.#dueMs = dueMs;
    this.#timer = clock.after(ms, () => this.#due(), { unref: true });
  }

  #due(): void {
    this.#dueMs = Infinity;
    const under = this.#round;
    // What has changed since it began may have passed it.
    if (under === undefined) unawaited(this.look());
    else unawaited(under.then(() => this.look()));
  }
}

/** It may be otherwise any moment: nothing has been seen of it, or its server is down. */
function isUnsettled(known: KnownLink | undefined): boolean {
  const { failure } = known ?? {};
  return failure !== undefined && (failure.health === 'unknown' || failure.kind === 'down' || failure.kind === 'lost');
}
