/**
 * Holds one project: its servers, its sessions, what each kind of client sees of them, and who is told when that
 * changes.
 */
import type { Bugs } from '../../kernel/bugs.ts';
import { settlesWithin, type Clock, type Timer } from '../../kernel/clock.ts';
import { cutName } from '../../kernel/foreign.ts';
import { ROUTER_PROFILE, type ClientProfile } from '../eras/client-profile.ts';
import { LIST_KINDS, type ListSet, type CachedList } from '../lists/list-cache.ts';
import type { ListKind } from '../types/lists.ts';
import { acquired, arrivalOf, freshen, type Readable, type Refresh } from '../servers/freshen.ts';
import { ListRefresher } from '../lists/list-refresher.ts';
import type { ServerPool } from '../servers/pool.ts';
import { ProjectView } from './project-view.ts';
import type { Session } from '../downstream/session.ts';
import type { RouterObserver } from '../types/observer.ts';
import type { BuiltinListKind } from '../types/builtin.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { unawaited } from '../../kernel/unawaited.ts';

/** One notification for changes that come together. */
const DEBOUNCE_MS = 100;

/** Conflicts that are told of: a server whose names change all the time would fill the audit. */
const MAX_CONFLICTS = 1_000;

/** Views of clients that are gone are kept up to this many. */
const MAX_VIEWS = 16;

const NOTIFIED: Readonly<Record<ListKind, BuiltinListKind>> = {
  tools: 'tools',
  prompts: 'prompts',
  resources: 'resources',
  templates: 'resources',
};

export interface ProjectOptions {
  readonly bugs: Bugs;
  readonly clock: Clock;
  readonly observer: RouterObserver;
  readonly listDeadlineMs: number;
}

export class Project {
  readonly name: string;
  readonly sessions = new Set<Session>();
  readonly #options: ProjectOptions;
  #pools: readonly ServerPool[] = [];
  /** What agents see of `#pools` beside their lists. */
  #shape = '';
  /** By key of the profile. */
  readonly #views = new Map<string, ProjectView>();
  /** Of sessions whose own instance has changed its lists. */
  readonly #ownViews = new Map<Session, ProjectView>();
  readonly #changed = new Map<Session, Set<BuiltinListKind>>();
  #timer: Timer | undefined;
  readonly #reported = new Set<string>();
  readonly #refresher: ListRefresher;
  /** Servers and kinds of clients for which an instance is on its way. */
  readonly #learning = new Set<string>();

  constructor(name: string, options: ProjectOptions) {
    this.name = name;
    this.#options = options;
    this.#refresher = new ListRefresher({ ...options, changed: (...of) => this.#listChanged(...of) });
  }

  get pools(): readonly ServerPool[] {
    return this.#pools;
  }

  /** The lone server that is shown as it is. */
  get transparent(): ServerPool | undefined {
    const [only] = this.#pools;
    return this.#pools.length === 1 && only?.routed?.prefix === '' ? only : undefined;
  }

  /** What a session sees. */
  viewOf(session: Session): ProjectView {
    return this.#ownViews.get(session) ?? this.view(session.profile);
  }

  /** What clients of a profile see. */
  view(profile: ClientProfile): ProjectView {
    let view = this.#views.get(profile.key);
    if (view === undefined) {
      view = new ProjectView(this, profile);
      this.#dropUnusedViews();
      this.#views.set(profile.key, view);
    }
    return view;
  }

  /** The profile whose lists people are shown. */
  get shownProfile(): ClientProfile {
    return (this.#pools.find((pool) => pool.isIsolated) ?? this.#pools[0])?.shownProfile ?? ROUTER_PROFILE;
  }

  /** Profile of the agent that came last. */
  get likelyProfile(): ClientProfile | undefined {
    return [...this.sessions].findLast(({ version, takesAny }) => version !== undefined && !takesAny)?.profile;
  }

  /** Which lists clients are served may be others now: they are told where they are. */
  compare(): void {
    for (const view of this.#allViews()) {
      const texts = view.allTexts();
      for (const kind of LIST_KINDS) view.drop(kind);
      for (const kind of LIST_KINDS) if (view.resultText(kind) !== texts[kind]) this.#touchView(view, kind);
    }
  }

  /** Replaces the servers; agents are told when what they see differs. */
  setPools(pools: readonly ServerPool[]): void {
    // This is called whenever the state of a server changes, which is not what agents see.
    const shape = JSON.stringify(
      pools.map(({ name, routed }) => [name, routed?.prefix, routed?.context, routed?.isolation, routed?.naming]),
    );
    if (shape === this.#shape) return;
    this.#shape = shape;
    const before = [...this.#allViews()].map((view) => ({ view, texts: view.allTexts() }));
    const wasTransparent = this.transparent !== undefined;
    this.#pools = pools;
    const isOther = wasTransparent !== (this.transparent !== undefined);
    for (const { view, texts } of before) {
      for (const kind of LIST_KINDS) view.drop(kind);
      for (const kind of LIST_KINDS) {
        // A transparent project has no own items.
        if (isOther || view.resultText(kind) !== texts[kind]) this.#touchView(view, kind);
      }
    }
  }

  /** Notes that what a session sees of mcptui's own lists has changed, not of the servers'; it is told soon. */
  touchFor(session: Session, lists: readonly BuiltinListKind[]): void {
    this.#changed.set(session, new Set([...(this.#changed.get(session) ?? []), ...lists]));
    this.#timer ??= this.#options.clock.after(DEBOUNCE_MS, () => this.#tell(), { unref: true });
  }

  /** Tells the observer once of each. */
  reportConflict(kind: BuiltinListKind, name: string, servers: readonly string[]): void {
    const shown = cutName(name);
    const key = `${kind} ${shown} ${servers.join(' ')}`;
    if (this.#reported.has(key) || this.#reported.size >= MAX_CONFLICTS) return;
    this.#reported.add(key);
    this.#options.observer.nameConflict(this.name, shown, servers);
  }

  /** The session is gone. */
  leave(session: Session): void {
    this.sessions.delete(session);
    this.#ownViews.delete(session);
    this.#changed.delete(session);
  }

  close(): void {
    this.#refresher.close();
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /**
   * Undefined when every server's list is fresh; else a promise that resolves when they are, or at the deadline: a slow
   * server's part comes later, with a notification. A list that is known starts no instance. Never rejects.
   */
  freshen(session: Session, kind: ListKind): Promise<void> | undefined {
    const view = this.viewOf(session);
    return this.#freshenAll(kind, (pool) => {
      this.#learn(pool, session);
      return this.#readable(session, pool, view);
    });
  }

  #readable(session: Session, pool: ServerPool, view = this.viewOf(session)): Readable {
    return {
      lists: view.lists(pool),
      source: () => (view.ownLists.has(pool.name) ? pool.held(session) : pool.listSource(view.profile)),
      arrival: () => (pool.isIsolated && pool.isConnected ? acquired(pool, session) : arrivalOf(pool)),
    };
  }

  /** Resolves when a list of a server that runs is known to this session, or is late as a start may be. Never rejects. */
  async listed(session: Session, pool: ServerPool, kind: ListKind): Promise<void> {
    const { source, arrival } = this.#readable(session, pool);
    const fetched = async (): Promise<void> => {
      if (source() === undefined) await arrival();
      const now = this.#readable(session, pool);
      await this.refresh(pool, now.lists[kind], kind, now.source);
    };
    await settlesWithin(this.#options.clock, pool.startTimeoutMs, fetched());
  }

  /** A server that lists for each kind of client: this one's lists come behind its back, from an instance of its own kind. */
  #learn(pool: ServerPool, session: Session): void {
    const key = `${pool.name} ${session.profile.key}`;
    if (session.takesAny || this.#learning.has(key) || !pool.known.isLentTo(session.profile)) return;
    if (!pool.isConnected && !pool.isComing) return;
    this.#learning.add(key);
    unawaited(acquired(pool, session).then(() => this.#learning.delete(key)));
  }

  /** The same for what people are shown; it claims no instance. */
  freshenShown(kind: ListKind): Promise<void> | undefined {
    return this.#freshenAll(kind, (pool) => {
      const profile = pool.shownProfile;
      return { lists: pool.lists(profile), source: () => pool.listSource(profile), arrival: () => arrivalOf(pool) };
    });
  }

  #freshenAll(kind: ListKind, look: (pool: ServerPool) => Readable): Promise<void> | undefined {
    const refresh: Refresh = (pool, list, source) => this.refresh(pool, list, kind, source);
    return freshen(this.#pools, kind, look, refresh, this.#options);
  }

  /** Fetches a server's list afresh from `source`; agents are told when it differs, and in any case when `tell` is set. Never rejects. */
  async refresh(
    pool: ServerPool,
    list: CachedList,
    kind: ListKind,
    source: () => Upstream | undefined,
    tell = false,
  ): Promise<void> {
    await this.#refresher.refresh({ server: pool.name, list, kind, source });
    if (tell) this.#touchList(list, kind);
  }

  /** The instance of one session says that a list has changed: that session's alone, until it is like the others' again. */
  async ownListChanged(session: Session, pool: ServerPool, upstream: Upstream, kind: ListKind): Promise<void> {
    const common = pool.lists(session.profile);
    const before = this.#ownViews.get(session)?.ownLists.get(pool.name) ?? common;
    const list = before[kind] === common[kind] ? common[kind].forkChanged() : before[kind];
    list.invalidate();
    this.#setOwnLists(session, pool, before.with(kind, list));
    await this.refresh(pool, list, kind, () => (upstream.isLost ? undefined : upstream), true);
    const lists = this.#ownViews.get(session)?.ownLists.get(pool.name);
    if (lists?.[kind] !== list || !list.equals(common[kind])) return;
    const back = lists.with(kind, common[kind]);
    this.#setOwnLists(session, pool, LIST_KINDS.every((each) => back[each] === common[each]) ? undefined : back);
  }

  /** Drops the lists that only this session's instance had: the session has lost that instance. */
  dropOwnLists(session: Session, pool: ServerPool): void {
    const view = this.#ownViews.get(session);
    if (view?.ownLists.has(pool.name) !== true) return;
    const texts = view.allTexts();
    this.#setOwnLists(session, pool, undefined);
    const now = this.viewOf(session);
    for (const kind of LIST_KINDS) if (now.resultText(kind) !== texts[kind]) this.touchFor(session, [NOTIFIED[kind]]);
  }

  #setOwnLists(session: Session, pool: ServerPool, lists: ListSet | undefined): void {
    const own = new Map(this.#ownViews.get(session)?.ownLists);
    if (lists === undefined) own.delete(pool.name);
    else own.set(pool.name, lists);
    if (own.size === 0) this.#ownViews.delete(session);
    else this.#ownViews.set(session, new ProjectView(this, session.profile, own));
  }

  *#allViews(): Iterable<ProjectView> {
    yield* this.#views.values();
    yield* this.#ownViews.values();
  }

  #listChanged(list: CachedList, kind: ListKind, isFirst: boolean): void {
    const pool = this.#pools.find(({ known }) => known.all.some(({ lists }) => lists[kind] === list));
    pool?.known.remember();
    // Another kind of client was served the same until now.
    if (!isFirst || pool?.known.isServedAlready(list, kind) !== true) this.#touchList(list, kind);
  }

  #touchList(list: CachedList, kind: ListKind): void {
    for (const pool of this.#pools) {
      for (const view of this.#allViews()) if (view.lists(pool)[kind] === list) this.#touchView(view, kind);
    }
  }

  #touchView(view: ProjectView, kind: ListKind): void {
    view.drop(kind);
    for (const session of this.sessions) if (this.viewOf(session) === view) this.touchFor(session, [NOTIFIED[kind]]);
  }

  #dropUnusedViews(): void {
    if (this.#views.size < MAX_VIEWS) return;
    const used = new Set([...this.sessions].map(({ profile }) => profile.key));
    for (const key of this.#views.keys()) if (!used.has(key)) this.#views.delete(key);
  }

  #tell(): void {
    this.#timer = undefined;
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const [session, lists] of changed) for (const list of lists) session.notifyListChanged(list);
  }
}
