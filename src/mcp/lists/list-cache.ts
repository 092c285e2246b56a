/**
 * Caches one server's lists: fetched once for everybody, kept for a while, fetched again when the server says that they
 * changed.
 */
import { createHash } from 'node:crypto';
import type { Clock, EpochMs } from '../../kernel/clock.ts';
import type { Oddity, ListKind } from '../types/lists.ts';
import type { WireMap } from '../wire/message.ts';

export const LIST_KINDS: readonly ListKind[] = ['tools', 'prompts', 'resources', 'templates'];

export interface ListSpec {
  readonly method: string;
  /** The result's member that holds the items. */
  readonly key: string;
  readonly capability: string;
}

export const LISTS: Readonly<Record<ListKind, ListSpec>> = {
  tools: { method: 'tools/list', key: 'tools', capability: 'tools' },
  prompts: { method: 'prompts/list', key: 'prompts', capability: 'prompts' },
  resources: { method: 'resources/list', key: 'resources', capability: 'resources' },
  templates: { method: 'resources/templates/list', key: 'resourceTemplates', capability: 'resources' },
};

export interface ListContent {
  readonly items: readonly WireMap[];
  /** Members of the first page beside the items and the cursor, for a server that is shown as it is. */
  readonly extras: WireMap;
  /** What was mended or left out of what the server gave. */
  readonly oddities: readonly Oddity[];
}

const NOTHING: ListContent = { items: [], extras: {}, oddities: [] };

/** `retryAfterMs`: when the server wants to be asked again. */
export type FetchOutcome =
  /** `brokenOff`: a later page failed, and this is what came before it. */
  | { readonly ok: true; readonly content: ListContent; readonly brokenOff?: string; readonly retryAfterMs?: number }
  | { readonly ok: false; readonly reason: string; readonly retryAfterMs?: number };

/** Outcome of one fetch. */
export interface Refreshed {
  readonly isChanged: boolean;
  /** What was known of this very list; undefined for the first answer. */
  readonly before: readonly WireMap[] | undefined;
}

/** A server that says for how long its list is good is asked again after that; never more than once a second. */
const MIN_TTL_MS = 1_000;

function keptMs({ extras }: ListContent, ttlMs: number): number {
  const own = extras['ttlMs'];
  return typeof own === 'number' && own >= 0 ? Math.min(Math.max(own, MIN_TTL_MS), ttlMs) : ttlMs;
}

export interface ListTimes {
  readonly ttlMs: number;
  readonly negativeTtlMs: number;
}

/** One list of one server. */
export class CachedList {
  readonly #times: ListTimes;
  readonly #clock: Clock;
  /** The last good content; kept while the server is down. */
  #content: ListContent | undefined;
  /** Of the content; made when it is asked for. */
  #digest: string | undefined;
  /** The content is this list's own, not that of the one it was forked from. */
  #isOwn = false;
  /** The content ends where a page failed. */
  #isPartial = false;
  #freshUntil: EpochMs = 0;
  #fetchedMs: number | undefined;
  #failure: string | undefined;
  #failuresInRow = 0;
  #running: Promise<Refreshed> | undefined;
  #isStaleAgain = false;
  /** A reader has waited in vain: none waits again until an answer has come. */
  isSlow = false;
  /** The instance whose answer was none. */
  failedOn: string | undefined;

  constructor(clock: Clock, times: ListTimes) {
    this.#clock = clock;
    this.#times = times;
  }

  /** Another list with the same content, which goes its own way from now on. */
  fork(): CachedList {
    const list = new CachedList(this.#clock, this.#times);
    list.#content = this.#content;
    list.#digest = this.#digest;
    return list;
  }

  /** The same for the list of a session whose instance has changed it: what differs from now on is a change. */
  forkChanged(): CachedList {
    const list = this.fork();
    list.#isOwn = true;
    return list;
  }

  /** What was known of it when the program ended last. */
  recall(content: ListContent): void {
    if (this.#content !== undefined) return;
    this.#content = content;
    this.#digest = undefined;
    this.#isOwn = true;
  }

  /** Whether both hold the same items. */
  equals(other: CachedList): boolean {
    return this.#shape() === other.#shape();
  }

  /** What agents see of it, in short. */
  #shape(): string {
    const { items, extras } = this.#content ?? NOTHING;
    this.#digest ??= createHash('sha256')
      .update(JSON.stringify([items, extras]))
      .digest('base64');
    return this.#digest;
  }

  get items(): readonly WireMap[] {
    return this.#content?.items ?? [];
  }

  get extras(): WireMap {
    return this.#content?.extras ?? {};
  }

  get oddities(): readonly Oddity[] {
    return this.#content?.oddities ?? [];
  }

  get isKnown(): boolean {
    return this.#content !== undefined;
  }

  /** What is known came for this very list. */
  get isOwn(): boolean {
    return this.#isOwn;
  }

  /** When the content came; monotonic. */
  get fetchedMs(): number | undefined {
    return this.#fetchedMs;
  }

  /** Until then it is fresh; monotonic, 0 = it is not. */
  get freshUntilMs(): number {
    return this.#freshUntil;
  }

  /** Why the last fetch failed, or where it broke off; undefined after a good one. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** It is being fetched. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Nothing to gain from asking now: fetched lately, or failed lately. */
  get isFresh(): boolean {
    return this.#running === undefined && this.#clock.monotonicMs() < this.#freshUntil;
  }

  /** The next reader waits for a fetch that begins after now. */
  invalidate(): void {
    this.#freshUntil = 0;
    if (this.#running !== undefined) this.#isStaleAgain = true;
  }

  /** Fetches unless a fetch runs already. `fetch` never rejects; undefined: there was nobody to ask. */
  refresh(fetch: () => Promise<FetchOutcome | undefined>): Promise<Refreshed> {
    this.#running ??= this.#run(fetch).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(fetch: () => Promise<FetchOutcome | undefined>): Promise<Refreshed> {
    let outcome: FetchOutcome | undefined;
    do {
      this.#isStaleAgain = false;
      outcome = await fetch();
    } while (this.#isStaleAgain);
    const before = this.#isOwn ? this.#content?.items : undefined;
    const shownBefore = this.#shape();
    const nowMs = this.#clock.monotonicMs();
    if (outcome === undefined) {
      this.#freshUntil = nowMs + this.#times.negativeTtlMs;
      return { isChanged: false, before };
    }
    const failure = outcome.ok ? outcome.brokenOff : outcome.reason;
    this.#failure = failure;
    this.#failuresInRow = failure === undefined ? 0 : this.#failuresInRow + 1;
    this.#freshUntil =
      nowMs +
      (failure === undefined && outcome.ok
        ? keptMs(outcome.content, this.#times.ttlMs)
        : this.#backOffMs(outcome.retryAfterMs));
    if (failure === undefined) this.isSlow = false;
    // Half of a list is better than none, and worse than the whole one that is known.
    const isWhole = outcome.ok && failure === undefined;
    if (!outcome.ok || (!isWhole && this.#content !== undefined && !this.#isPartial))
      return { isChanged: false, before };
    this.#fetchedMs = nowMs;
    this.#isPartial = !isWhole;
    this.#content = outcome.content;
    this.#digest = undefined;
    this.#isOwn = true;
    // A list that is known to be empty now looks as it did when it was not known.
    return { isChanged: shownBefore !== this.#shape(), before };
  }

  /** Longer after each failure in a row, up to the time that a good answer is kept. */
  #backOffMs(retryAfterMs = 0): number {
    const { negativeTtlMs, ttlMs } = this.#times;
    return Math.max(
      retryAfterMs,
      negativeTtlMs,
      Math.min(negativeTtlMs * 2 ** Math.min(this.#failuresInRow - 1, 16), ttlMs),
    );
  }
}

/** The lists of one server as one kind of client sees them. */
export class ListSet {
  readonly tools: CachedList;
  readonly prompts: CachedList;
  readonly resources: CachedList;
  readonly templates: CachedList;
  /** A list went out without this server, which had not connected in time: nobody waits for it again until it has. */
  isLate = false;

  constructor(lists: Readonly<Record<ListKind, CachedList>>) {
    this.tools = lists.tools;
    this.prompts = lists.prompts;
    this.resources = lists.resources;
    this.templates = lists.templates;
  }

  static empty(clock: Clock, times: ListTimes): ListSet {
    const list = (): CachedList => new CachedList(clock, times);
    return new ListSet({ tools: list(), prompts: list(), resources: list(), templates: list() });
  }

  /** The same set but for one list. */
  with(kind: ListKind, list: CachedList): ListSet {
    const { tools, prompts, resources, templates } = this;
    return new ListSet({ tools, prompts, resources, templates, [kind]: list });
  }

  get isKnown(): boolean {
    return LIST_KINDS.some((kind) => this[kind].isKnown);
  }

  /** Another set with the same content, which goes its own way from now on. */
  fork(): ListSet {
    const { tools, prompts, resources, templates } = this;
    return new ListSet({
      tools: tools.fork(),
      prompts: prompts.fork(),
      resources: resources.fork(),
      templates: templates.fork(),
    });
  }

  invalidate(): void {
    for (const kind of LIST_KINDS) this[kind].invalidate();
  }
}
