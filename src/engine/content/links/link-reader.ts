/** Reads linked resources through the router: cached for a minute, one read of a link at a time, never longer than a bound. */
import { BoundedMap } from '../../../kernel/bounded-map.ts';
import type { Clock, EpochMs } from '../../../kernel/clock.ts';
import type { Router } from '../../../mcp/router/types.ts';
import { parseResourceLink, type ResourceLink } from '../../../store/schema/link.ts';
import { linkFailureWords, MAX_ANSWER_BYTES, READ_MS, type FailureOfLink, type LinkFailure } from './link-failure.ts';
import { readContents, type GoodText, type LinkedText } from './linked-text.ts';

export interface LinkReaderParts {
  readonly clock: Clock;
  readonly router: () => Router;
  /** Masks secrets, then cuts. */
  readonly cut: (text: string, max: number) => string;
  readonly hasProject: (name: string) => boolean;
  /** What is known of a link is another: its text, or whether it can be read. */
  readonly changed: (link: string, known: KnownLink, before: KnownLink | undefined) => void;
}

/** What the last read of a link has shown. */
export interface KnownLink {
  /** The last text that could be read, and when. */
  readonly good?: GoodText & { readonly atMs: number };
  /** Why it cannot be read now; undefined while it can. */
  readonly failure?: FailureOfLink;
  /** When it was read last, by both clocks. */
  readonly at: EpochMs;
  readonly atMs: number;
  /** For an agent; else by a check, which starts nothing. */
  readonly isUse: boolean;
}

const FRESH_MS = 60_000;
/** A link that failed is not tried again by each reader, and a server that has come back is soon read. */
const FAILED_MS = 15_000;
/** An old text is given for so long. */
export const DAY_MS = 86_400_000;
/** Links whose state is kept, and characters of their texts together. */
const MAX_KNOWN = 1_024;
const MAX_CHARS = 32 * 1024 * 1024;
/** Reads at the same time; others wait for their turn, their readers no longer than for one read. */
const SIDE_BY_SIDE = 16;

export class LinkReader {
  readonly #p: LinkReaderParts;
  readonly #known = new BoundedMap<string, KnownLink>(MAX_KNOWN);
  readonly #reading = new Map<string, { readonly isUse: boolean; readonly done: Promise<KnownLink> }>();
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(parts: LinkReaderParts) {
    this.#p = parts;
  }

  /** What is known without a read. */
  known(link: string): KnownLink | undefined {
    return this.#known.get(link);
  }

  /** Whether a read would ask the server. */
  isDue(link: string): boolean {
    const known = this.#known.get(link);
    if (known === undefined) return true;
    // What a check could not see, because it starts nothing, an agent may have.
    if (!known.isUse && known.failure?.health === 'unknown') return true;
    const ageMs = this.#p.clock.monotonicMs() - known.atMs;
    return ageMs >= (known.failure === undefined ? FRESH_MS : FAILED_MS);
  }

  /** For an agent: from the cache, or from the server. Never rejects. */
  async read(link: string): Promise<void> {
    if (!this.isDue(link)) return;
    const under = this.#reading.get(link);
    if (under === undefined) return void (await this.#start(link, true));
    await under.done;
    if (!under.isUse && this.isDue(link)) await (this.#reading.get(link)?.done ?? this.#start(link, true));
  }

  /** Past the cache; nothing is started for it. Never rejects. */
  async check(link: string): Promise<void> {
    await (this.#reading.get(link)?.done ?? this.#start(link, false));
  }

  /** As an agent is told of it now; `isStaleGood`: an old text is better than none. */
  told(link: string, target: ResourceLink, isStaleGood: boolean): LinkedText {
    const known = this.#known.get(link);
    const { failure, good } = known ?? {};
    if (good === undefined) return { ok: false, reason: (failure ?? unread(target)).reason };
    if (failure === undefined) return { ok: true, good };
    const ms = this.#p.clock.monotonicMs() - good.atMs;
    const isOld = isStaleGood && ms <= DAY_MS;
    return isOld ? { ok: true, good, old: { ms, reason: failure.reason } } : { ok: false, reason: failure.reason };
  }

  /** Takes up a text that an earlier engine has read. */
  recall(link: string, good: GoodText, ageMs: number): void {
    const target = parseResourceLink(link);
    const known = this.#known.get(link);
    if (target === undefined || known?.good !== undefined) return;
    const at = { at: this.#p.clock.now(), atMs: this.#p.clock.monotonicMs() };
    const state = known ?? { ...at, isUse: false, failure: unread(target) };
    this.#known.set(link, { ...state, good: { ...good, atMs: at.atMs - ageMs } });
    this.#bound();
  }

  /** Forgets all links but these. */
  keep(links: ReadonlySet<string>): void {
    for (const link of this.#known.keys()) if (!links.has(link)) this.#known.delete(link);
  }

  #start(link: string, isUse: boolean): Promise<KnownLink> {
    const done = this.#turn(() => this.#read(link, isUse)).finally(() => this.#reading.delete(link));
    this.#reading.set(link, { isUse, done });
    return done;
  }

  async #turn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= SIDE_BY_SIDE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #read(link: string, isUse: boolean): Promise<KnownLink> {
    const { clock, changed } = this.#p;
    const target = parseResourceLink(link) ?? { project: '', server: '', uri: link };
    const found = await this.#found(target, isUse);
    const before = this.#known.get(link);
    const at = { at: clock.now(), atMs: clock.monotonicMs(), isUse };
    const known: KnownLink =
      'text' in found
        ? { ...at, good: { ...found, atMs: at.atMs } }
        : {
            ...at,
            failure: linkFailureWords(found, target),
            ...(before?.good === undefined ? {} : { good: before.good }),
          };
    this.#known.set(link, known);
    this.#bound();
    changed(link, known, before);
    return known;
  }

  async #found({ project, server, uri }: ResourceLink, isUse: boolean): Promise<GoodText | LinkFailure> {
    const { router, cut, hasProject } = this.#p;
    if (!hasProject(project)) return { kind: 'no-project' };
    const limits = { timeoutMs: READ_MS, maxBytes: MAX_ANSWER_BYTES };
    const outcome = await router().servers.readResource({ project, server, uri, isUse, ...limits });
    return outcome.kind === 'contents' ? readContents(outcome.contents, cut) : outcome;
  }

  /** Of the texts of all links: the ones that were read longest ago go first. */
  #bound(): void {
    let chars = 0;
    for (const { good } of this.#known.values()) chars += good?.text.length ?? 0;
    for (const [link, known] of this.#known) {
      if (chars <= MAX_CHARS) return;
      chars -= known.good?.text.length ?? 0;
      this.#known.delete(link);
    }
  }
}

function unread(target: ResourceLink): FailureOfLink {
  return linkFailureWords({ kind: 'unread' }, target);
}
