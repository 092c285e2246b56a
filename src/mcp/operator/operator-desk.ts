/** Answers operators about the router's inside: lists as the servers gave them, caches, sessions. */
import { unawaited } from '../../kernel/unawaited.ts';
import { catalogTool, serverCatalog, upstreamState } from './catalog.ts';
import type { RouterCore } from '../types/core.ts';
import { LIST_KINDS } from '../lists/list-cache.ts';
import { comingWithin } from '../servers/freshen.ts';
import type { ServerPool } from '../servers/pool.ts';
import type { Project } from '../projects/project.ts';
import type { Registry } from '../projects/registry.ts';
import type { Session } from '../downstream/session.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { CatalogQuery, ServerCatalog, ToolPlace, UpstreamState } from '../types/catalog.ts';
import type { OperatorsFace } from './operators-face.ts';

/** A server that agents may reach, and where. */
interface Place {
  readonly pool: ServerPool;
  readonly project: Project;
}

/** An operator's call waits for a server that is starting as an agent's does. */
const PATIENCE_MS = 60_000;

const isListed = (pool: ServerPool): boolean => pool.lists(pool.shownProfile).tools.isKnown;

export class OperatorDesk implements OperatorsFace {
  readonly #core: Pick<RouterCore, 'clock' | 'observer'>;
  readonly #sessions: ReadonlyMap<string, Session>;
  readonly #registry: Registry;

  constructor(
    core: Pick<RouterCore, 'clock' | 'observer'>,
    registry: Registry,
    sessions: ReadonlyMap<string, Session>,
  ) {
    this.#core = core;
    this.#sessions = sessions;
    this.#registry = registry;
  }

  async catalog({ server, project }: CatalogQuery = {}): Promise<readonly ServerCatalog[]> {
    const wanted = ({ pool, project: { name } }: Place): boolean =>
      (server === undefined || pool.name === server) && (project === undefined || name === project);
    await this.#freshen(this.#places().filter(wanted));
    return this.#places()
      .filter(wanted)
      .map((place) => serverCatalog(place.pool, place.project, this.#core.clock));
  }

  async findTool(server: string, tool: string, patienceMs = PATIENCE_MS): Promise<ToolPlace> {
    let place = this.#place(server);
    if (place === undefined) return { kind: 'no-server' };
    const { isConnected, down: before } = place.pool;
    if (!isConnected && before.state === 'error') await this.#core.observer.wanted?.(server);
    if (catalogTool(place.pool, place.project, tool) === undefined) await this.#freshen([place]);
    if (place.pool.isComing && !isListed(place.pool)) {
      await comingWithin(this.#core.clock, place.pool, patienceMs);
      await this.#freshen([place]);
    }
    place = this.#place(server);
    if (place === undefined) return { kind: 'no-server' };
    const { pool, project } = place;
    const item = catalogTool(pool, project, tool);
    if (item !== undefined) return { kind: 'tool', project: project.name, item };
    const { tools } = pool.lists(pool.shownProfile);
    if (!isListed(pool) && !pool.isConnected) return { kind: 'down', down: pool.down };
    const names = tools.items.map(({ name }) => name).filter((name) => typeof name === 'string');
    return { kind: 'no-tool', names };
  }

  upstreams(): readonly UpstreamState[] {
    return this.#places().map(({ pool, project }) => upstreamState(pool, project.name, this.#core.clock));
  }

  dropLists(server?: string): readonly string[] {
    const dropped = this.#places().filter(({ pool }) => server === undefined || pool.name === server);
    for (const { pool, project } of dropped) {
      for (const { profile, lists } of pool.known.all) {
        const source = (): Upstream | undefined => pool.listSource(profile);
        for (const kind of LIST_KINDS) {
          lists[kind].invalidate();
          if (source() !== undefined) unawaited(project.refresh(pool, lists[kind], kind, source));
        }
      }
    }
    return dropped.map(({ pool }) => pool.name);
  }

  endSession(id: string, reason: string): boolean {
    const session = this.#sessions.get(id);
    session?.end(reason);
    return session !== undefined;
  }

  async #freshen(places: readonly Place[]): Promise<void> {
    const projects = new Set(places.map(({ project }) => project));
    const waits = [...projects].flatMap((project) => LIST_KINDS.flatMap((kind) => project.freshenShown(kind) ?? []));
    await Promise.all(waits);
  }

  #place(server: string): Place | undefined {
    return this.#places().find(({ pool }) => pool.name === server);
  }

  #places(): readonly Place[] {
    return [...this.#registry.pools.values()].flatMap((pool) => {
      const project = this.#registry.projectOf(pool);
      return project === undefined ? [] : [{ pool, project }];
    });
  }
}
