/** Fetches servers' lists, asks again by itself where that failed, and tells what is odd or has changed in them. */
import { createHash } from 'node:crypto';
import type { Bugs } from '../../kernel/bugs.ts';
import type { Clock, Timer } from '../../kernel/clock.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import type { CachedList, FetchOutcome } from './list-cache.ts';
import type { ListKind } from '../types/lists.ts';
import { fetchList } from './list-fetch.ts';
import type { RouterObserver } from '../types/observer.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { diffDefinitions } from './definition-diff.ts';

export interface ListRefresherOptions {
  readonly bugs: Bugs;
  readonly clock: Clock;
  readonly observer: RouterObserver;
  readonly listDeadlineMs: number;
  /** Agents see another list from now on; `isFirst`: nothing was known of this very list. */
  readonly changed: (list: CachedList, kind: ListKind, isFirst: boolean) => void;
}

/** One list, and where it is read. */
export interface ListPlace {
  readonly server: string;
  readonly list: CachedList;
  readonly kind: ListKind;
  /** The instance to ask, while there is one. */
  readonly source: () => Upstream | undefined;
}

export class ListRefresher {
  readonly #o: ListRefresherOptions;
  /** Lists that have failed and are asked for again. */
  readonly #retries = new Map<CachedList, Timer>();
  /** By server and kind: what was told last of its odd definitions, and of what has changed. */
  readonly #toldOddities = new Map<string, string>();
  readonly #toldDiffs = new Map<string, string>();

  constructor(options: ListRefresherOptions) {
    this.#o = options;
  }

  /** Never rejects: an error of ours is reported, and what was known of the list is kept. */
  async refresh(place: ListPlace): Promise<void> {
    try {
      await this.#refresh(place);
    } catch (error) {
      this.#o.bugs.report('a list of a server', error);
    }
  }

  /** Nothing is asked for again after this. */
  close(): void {
    for (const timer of this.#retries.values()) timer.cancel();
    this.#retries.clear();
  }

  /** A server is gone. */
  forget(server: string): void {
    for (const told of [this.#toldOddities, this.#toldDiffs]) {
      for (const key of told.keys()) if (key.startsWith(`${server} `)) told.delete(key);
    }
  }

  async #refresh(place: ListPlace): Promise<void> {
    const { clock, listDeadlineMs, changed } = this.#o;
    const { list, kind, source } = place;
    let asked: Upstream | undefined;
    const { isChanged, before } = await list.refresh((): Promise<FetchOutcome | undefined> => {
      asked = source();
      if (asked === undefined) return Promise.resolve(undefined);
      // Twice the deadline of a reader: a slow server still gets its list in, for the next reader.
      return fetchList(clock, asked, kind, listDeadlineMs * 2);
    });
    // Others have waited for the same fetch: one of them tells.
    if (asked === undefined) return;
    this.#tellFailure(list, kind, asked);
    this.#tellOddities(place);
    if (isChanged) {
      if (before !== undefined) this.#tellDiff(place, before);
      changed(list, kind, before === undefined);
    }
    this.#retryLater(place);
  }

  #retryLater(place: ListPlace): void {
    const { clock } = this.#o;
    const { list, source } = place;
    this.#retries.get(list)?.cancel();
    this.#retries.delete(list);
    if (list.failure === undefined || source() === undefined) return;
    const again = (): void => {
      this.#retries.delete(list);
      if (!list.isFresh && source() !== undefined) unawaited(this.refresh(place));
    };
    const waitMs = Math.max(0, list.freshUntilMs - clock.monotonicMs());
    this.#retries.set(list, clock.after(waitMs, again, { unref: true }));
  }

  #tellFailure(list: CachedList, kind: ListKind, asked: Upstream): void {
    const { observer } = this.#o;
    const { failure, failedOn } = list;
    if (failedOn !== undefined && (failure === undefined || failedOn !== asked.id)) {
      observer.listFailed?.(failedOn, kind, undefined);
      list.failedOn = undefined;
    }
    if (failure === undefined || asked.isLost) return;
    list.failedOn = asked.id;
    observer.listFailed?.(asked.id, kind, failure);
  }

  #tellOddities({ server, kind, list }: ListPlace): void {
    const { oddities } = list;
    const told = JSON.stringify(oddities.map(({ name, problem, isLeftOut }) => [name, problem, isLeftOut]));
    const key = `${server} ${kind}`;
    if (told === (this.#toldOddities.get(key) ?? '[]')) return;
    this.#toldOddities.set(key, told);
    if (oddities.length > 0) this.#o.observer.oddDefinitions?.({ server, kind, oddities });
  }

  #tellDiff({ server, kind, list }: ListPlace, before: Parameters<typeof diffDefinitions>[1]): void {
    const diff = diffDefinitions(kind, before, list.items);
    if (diff === undefined) return;
    // Clients of several kinds have the same list: one event.
    const key = `${server} ${kind}`;
    const told = createHash('sha256').update(JSON.stringify(diff)).digest('hex');
    if (told === this.#toldDiffs.get(key)) return;
    this.#toldDiffs.set(key, told);
    this.#o.observer.definitionsChanged?.({ server, kind, diff });
  }
}
