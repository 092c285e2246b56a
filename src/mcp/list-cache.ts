/** One server's lists: fetched once for everybody, kept for a while, fetched again when the server says that they changed. */
import type { Clock, EpochMs } from '../clock.ts';
import type { WireMap } from './message.ts';

export type ListKind = 'tools' | 'prompts' | 'resources' | 'templates';

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
}

const NOTHING: ListContent = { items: [], extras: {} };

export type FetchOutcome =
  { readonly ok: true; readonly content: ListContent } | { readonly ok: false; readonly reason: string };

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
  #freshUntil: EpochMs = 0;
  #fetchedMs: number | undefined;
  #failure: string | undefined;
  #running: Promise<boolean> | undefined;
  #isStaleAgain = false;

  constructor(clock: Clock, times: ListTimes) {
    this.#clock = clock;
    this.#times = times;
  }

  /** Another list with the same content, which goes its own way from now on. */
  fork(): CachedList {
    const list = new CachedList(this.#clock, this.#times);
    list.#content = this.#content;
    return list;
  }

  /** Whether both hold the same items. */
  equals(other: CachedList): boolean {
    return JSON.stringify(this.#content) === JSON.stringify(other.#content);
  }

  get items(): readonly WireMap[] {
    return this.#content?.items ?? [];
  }

  get extras(): WireMap {
    return this.#content?.extras ?? {};
  }

  get isKnown(): boolean {
    return this.#content !== undefined;
  }

  /** When the content came; monotonic. */
  get fetchedMs(): number | undefined {
    return this.#fetchedMs;
  }

  /** Until then it is fresh; monotonic, 0 = it is not. */
  get freshUntilMs(): number {
    return this.#freshUntil;
  }

  /** Why the last fetch failed; undefined after a good one. */
  get failure(): string | undefined {
    return this.#failure;
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

  /** Fetches unless a fetch runs already; resolves to whether the content changed. `fetch` never rejects. */
  refresh(fetch: () => Promise<FetchOutcome>): Promise<boolean> {
    this.#running ??= this.#run(fetch).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(fetch: () => Promise<FetchOutcome>): Promise<boolean> {
    const before = this.#content;
    let outcome: FetchOutcome;
    do {
      this.#isStaleAgain = false;
      outcome = await fetch();
    } while (this.#isStaleAgain);
    const keepMs = outcome.ok ? keptMs(outcome.content, this.#times.ttlMs) : this.#times.negativeTtlMs;
    const nowMs = this.#clock.monotonicMs();
    this.#freshUntil = nowMs + keepMs;
    this.#failure = outcome.ok ? undefined : outcome.reason;
    if (!outcome.ok) return false;
    this.#fetchedMs = nowMs;
    this.#content = outcome.content;
    // A list that is known to be empty now looks as it did when it was not known.
    return JSON.stringify(before ?? NOTHING) !== JSON.stringify(outcome.content);
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

  invalidate(): void {
    for (const kind of LIST_KINDS) this[kind].invalidate();
  }
}
