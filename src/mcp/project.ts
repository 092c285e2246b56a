/** What the agents of one project see: the lists of its servers merged, and the routes behind them. */
import type { Clock, Timer } from '../clock.ts';
import { withDeadline } from '../clock.ts';
import { LISTS, fetchList, type ListKind } from './list-cache.ts';
import type { ServerPool } from './pool.ts';
import { buildResourceTable, unmapUri, mapUri, type ResourceRoute, type ResourceTable } from './resource-table.ts';
import { buildNameTable, type NameTable, type ServerItems } from './routing-table.ts';
import type { Session } from './session.ts';
import type { OwnListKind, RouterObserver } from './types.ts';

/** One notification for changes that come together. */
const DEBOUNCE_MS = 100;

/** URIs seen in results, the oldest forgotten first. */
const MAX_SEEN_URIS = 1000;

const NOTIFIED: Readonly<Record<ListKind, OwnListKind>> = {
  tools: 'tools',
  prompts: 'prompts',
  resources: 'resources',
  templates: 'resources',
};

export interface ProjectOptions {
  readonly clock: Clock;
  readonly observer: RouterObserver;
  readonly listDeadlineMs: number;
}

export class Project {
  readonly name: string;
  readonly sessions = new Set<Session>();
  readonly #options: ProjectOptions;
  #pools: readonly ServerPool[] = [];
  /** Names and prefixes of `#pools`. */
  #shape = '';
  #tools: NameTable | undefined;
  #prompts: NameTable | undefined;
  #resources: ResourceTable | undefined;
  readonly #resultTexts = new Map<ListKind, string>();
  readonly #seen = new Map<string, string>();
  readonly #changed = new Set<OwnListKind>();
  /** Lists that have changed for some sessions only. */
  readonly #changedFor = new Map<Session, Set<OwnListKind>>();
  #timer: Timer | undefined;
  readonly #reported = new Set<string>();

  constructor(name: string, options: ProjectOptions) {
    this.name = name;
    this.#options = options;
  }

  get pools(): readonly ServerPool[] {
    return this.#pools;
  }

  /** The lone server that is shown as it is. */
  get transparent(): ServerPool | undefined {
    const [only] = this.#pools;
    return this.#pools.length === 1 && only?.routed?.prefix === '' ? only : undefined;
  }

  /** Replaces the servers; agents are told when what they see differs. */
  setPools(pools: readonly ServerPool[]): void {
    // This is called whenever the state of a server changes, which is not what agents see.
    const shape = JSON.stringify(pools.map(({ name, routed }) => [name, routed?.prefix, routed?.context]));
    if (shape === this.#shape) return;
    this.#shape = shape;
    const before = this.#allTexts();
    const wasTransparent = this.transparent !== undefined;
    this.#pools = pools;
    this.#drop('tools');
    this.#drop('prompts');
    this.#drop('resources');
    const after = this.#allTexts();
    for (const kind of ['tools', 'prompts', 'resources', 'templates'] as const) {
      // A transparent project has no own items.
      const isOther = wasTransparent !== (this.transparent !== undefined);
      if (isOther || before[kind] !== after[kind]) this.touch(kind);
    }
  }

  /** What agents see of a list has changed: they are told, once for all changes of the next moment. */
  touch(kind: ListKind): void {
    this.#drop(kind);
    this.#changed.add(NOTIFIED[kind]);
    this.#tellSoon();
  }

  /** What one agent sees of lists has changed, of whatever is not the servers'. */
  touchFor(session: Session, lists: readonly OwnListKind[]): void {
    this.#changedFor.set(session, new Set([...(this.#changedFor.get(session) ?? []), ...lists]));
    this.#tellSoon();
  }

  /** Tells the observer once of each. */
  reportConflict(kind: OwnListKind, name: string, servers: readonly string[]): void {
    const key = `${kind} ${name} ${servers.join(' ')}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.#options.observer.nameConflict(this.name, name, servers);
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  get tools(): NameTable {
    this.#tools ??= this.#nameTable('tools');
    return this.#tools;
  }

  get prompts(): NameTable {
    this.#prompts ??= this.#nameTable('prompts');
    return this.#prompts;
  }

  get resources(): ResourceTable {
    this.#resources ??= buildResourceTable(this.#parts('resources'), this.#parts('templates'));
    return this.#resources;
  }

  /** The JSON of a list's result, the same for every session. */
  resultText(kind: ListKind): string {
    let text = this.#resultTexts.get(kind);
    if (text === undefined) {
      const extras = this.transparent?.lists[kind].extras ?? {};
      text = JSON.stringify({ ...extras, [LISTS[kind].key]: this.#items(kind) });
      this.#resultTexts.set(kind, text);
    }
    return text;
  }

  /**
   * Undefined when every server's list is fresh; else a promise that resolves when they are, or at the deadline: a slow
   * server's part comes later, with a notification. Never rejects.
   */
  freshen(kind: ListKind): Promise<void> | undefined {
    const waits: Promise<unknown>[] = [];
    for (const pool of this.#pools) {
      if (pool.isConnected) {
        if (!pool.lists[kind].isFresh) waits.push(this.refresh(pool, kind));
      } else if (pool.isComing) {
        waits.push(this.#arrival(pool, kind));
      }
    }
    if (waits.length === 0) return undefined;
    const { clock, listDeadlineMs } = this.#options;
    return withDeadline(clock, listDeadlineMs, Promise.allSettled(waits), () => new Error('deadline')).then(
      () => undefined,
      () => {
        for (const pool of this.#pools) if (pool.isComing) pool.isLate = true;
      },
    );
  }

  /** Fetches a server's list afresh; agents are told when it differs, and in any case when `tell` is set. */
  async refresh(pool: ServerPool, kind: ListKind, tell = false): Promise<void> {
    const { clock, listDeadlineMs } = this.#options;
    const isChanged = await pool.lists[kind].refresh(() => {
      const upstream = pool.any;
      if (upstream === undefined) return Promise.resolve({ ok: false, reason: 'not connected' });
      // Twice the deadline of a reader: a slow server still gets its list in, for the next reader.
      return fetchList(clock, upstream, kind, listDeadlineMs * 2);
    });
    if (isChanged || tell) this.touch(kind);
  }

  /** Which server answers for a URI; undefined when no table, template or earlier result knows it. */
  routeUri(uri: string): ResourceRoute | undefined {
    const { owners, templateOwners, matchers } = this.resources;
    const mapped = unmapUri(uri);
    if (mapped !== undefined && this.#pools.some((pool) => pool.name === mapped.server)) return mapped;
    const owner = owners.get(uri) ?? templateOwners.get(uri);
    if (owner !== undefined) return { server: owner, uri };
    const match = matchers.find(({ pattern }) => pattern.test(uri));
    const server = match?.server ?? this.#seen.get(uri);
    return server === undefined ? undefined : { server, uri };
  }

  /** The URI under which agents reach a server's `uri`. */
  exposeUri(server: string, uri: string): string {
    const { owners, templateOwners } = this.resources;
    const owner = owners.get(uri) ?? templateOwners.get(uri) ?? this.#seen.get(uri);
    return owner === undefined || owner === server ? uri : mapUri(server, uri);
  }

  /** A result of `server` named this URI. */
  learnUri(server: string, uri: string): void {
    if (this.#pools.length < 2 || this.resources.owners.has(uri) || this.#seen.has(uri)) return;
    this.#seen.set(uri, server);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > MAX_SEEN_URIS && oldest !== undefined) this.#seen.delete(oldest);
  }

  #drop(kind: ListKind): void {
    this.#resultTexts.delete(kind);
    if (kind === 'tools') this.#tools = undefined;
    else if (kind === 'prompts') this.#prompts = undefined;
    else {
      this.#resources = undefined;
      this.#resultTexts.delete('resources');
      this.#resultTexts.delete('templates');
    }
  }

  #tellSoon(): void {
    this.#timer ??= this.#options.clock.after(DEBOUNCE_MS, () => this.#tell(), { unref: true });
  }

  #tell(): void {
    this.#timer = undefined;
    const changed = [...this.#changed];
    const changedFor = new Map(this.#changedFor);
    this.#changed.clear();
    this.#changedFor.clear();
    for (const session of this.sessions) {
      for (const list of new Set([...changed, ...(changedFor.get(session) ?? [])])) session.notifyListChanged(list);
    }
  }

  #parts(kind: ListKind): ServerItems[] {
    const isShownAsItIs = this.transparent !== undefined;
    return this.#pools.map((pool) => ({
      server: pool.name,
      prefix: pool.routed?.prefix ?? pool.name,
      items: pool.lists[kind].items,
      context: kind === 'tools' && !isShownAsItIs ? (pool.routed?.context ?? '').trim() : '',
    }));
  }

  #items(kind: ListKind): readonly object[] {
    if (kind === 'tools') return this.tools.items;
    if (kind === 'prompts') return this.prompts.items;
    return kind === 'resources' ? this.resources.resources : this.resources.templates;
  }

  #allTexts(): Record<ListKind, string> {
    return {
      tools: this.resultText('tools'),
      prompts: this.resultText('prompts'),
      resources: this.resultText('resources'),
      templates: this.resultText('templates'),
    };
  }

  #nameTable(kind: 'tools' | 'prompts'): NameTable {
    const table = buildNameTable(this.#parts(kind));
    for (const { name, servers } of table.conflicts) this.reportConflict(kind, name, servers);
    return table;
  }

  /** Resolves once the server's list is there or cannot be hoped for; the reader's deadline ends the wait. */
  #arrival(pool: ServerPool, kind: ListKind): Promise<void> {
    return new Promise((resolve) => pool.onArrival(() => resolve(this.refresh(pool, kind))));
  }
}
