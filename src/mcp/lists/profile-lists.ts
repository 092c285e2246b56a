/**
 * Keeps the lists of an isolated server as its kinds of clients see them. Most servers list the same for every client:
 * then all are served what was read last, whichever client the instance was told of. Where lists differ, each kind has
 * its own as soon as an instance of its kind was read, and is served what is known until then.
 */
import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { ClientProfile } from '../eras/client-profile.ts';
import { LIST_KINDS, ListSet, type ListTimes } from './list-cache.ts';

/** Kinds of clients whose lists are kept. */
const MAX_PROFILES = 16;

export interface ProfileEntry {
  /** What the instances were told that these lists come from. */
  readonly profile: ClientProfile;
  readonly lists: ListSet;
}

export class ProfileLists {
  readonly #clock: Clock;
  readonly #times: ListTimes;
  readonly #entries = new BoundedMap<string, ProfileEntry>(MAX_PROFILES);
  /** Lists that were read one soon after the other from two kinds of instances were not the same. */
  #differ = false;

  constructor(clock: Clock, times: ListTimes) {
    this.#clock = clock;
    this.#times = times;
  }

  get all(): readonly ProfileEntry[] {
    return [...this.#entries.values()];
  }

  get differ(): boolean {
    return this.#differ;
  }

  /**
   * What clients of this kind are served. `isLike` is given for a server that asks clients for things, or lists for each
   * kind of them: whether lists for a client of another kind are most likely those of this one.
   */
  served(profile: ClientProfile, isLike?: (told: ClientProfile) => boolean): ProfileEntry {
    const own = this.#entries.get(profile.key);
    if (isLike !== undefined && own !== undefined && isRead(own)) return own;
    const like = isLike === undefined ? undefined : this.#newest(isLike);
    return like ?? this.#newest() ?? own ?? [...this.#entries.values()][0] ?? this.#make(profile);
  }

  /** Those that instances of this kind are read into. */
  own(profile: ClientProfile): ProfileEntry {
    const own = this.#entries.get(profile.key);
    if (own !== undefined && own.lists.isKnown) return own;
    const known = this.#newest();
    return known === undefined ? (own ?? this.#make(profile)) : this.#make(profile, known.lists.fork());
  }

  /** Looks whether what was just read differs from what another kind was told lately. True when the verdict is another one. */
  compare(profile: ClientProfile): boolean {
    const own = this.#entries.get(profile.key);
    if (own === undefined) return false;
    const sinceMs = this.#clock.monotonicMs() - this.#times.ttlMs;
    const others = this.all.filter((entry) => entry !== own);
    const compared = others.flatMap(({ lists }) =>
      LIST_KINDS.flatMap((kind) => {
        const [mine, other] = [own.lists[kind], lists[kind]];
        const isRecent = mine.fetchedMs !== undefined && other.fetchedMs !== undefined && other.fetchedMs >= sinceMs;
        return isRecent ? [mine.equals(other)] : [];
      }),
    );
    if (compared.length === 0) return false;
    const before = this.#differ;
    this.#differ = compared.includes(false);
    return this.#differ !== before;
  }

  /** What was known when the program ended last. */
  recall(entries: readonly ProfileEntry[], differ: boolean): void {
    for (const { profile, lists } of entries) this.#make(profile, lists);
    this.#differ = differ;
  }

  #newest(isMeant: (told: ClientProfile) => boolean = () => true): ProfileEntry | undefined {
    let newest: ProfileEntry | undefined;
    let newestMs = -Infinity;
    for (const entry of this.#entries.values()) {
      if (!entry.lists.isKnown || !isMeant(entry.profile)) continue;
      const readMs = Math.max(...LIST_KINDS.map((kind) => entry.lists[kind].fetchedMs ?? -1));
      if (readMs <= newestMs) continue;
      newest = entry;
      newestMs = readMs;
    }
    return newest;
  }

  #make(profile: ClientProfile, lists = ListSet.empty(this.#clock, this.#times)): ProfileEntry {
    const entry = { profile, lists };
    this.#entries.set(profile.key, entry);
    return entry;
  }
}

/** An instance of this kind was read, now or before the program ended last. */
function isRead({ lists }: ProfileEntry): boolean {
  return LIST_KINDS.some((kind) => lists[kind].isOwn);
}
