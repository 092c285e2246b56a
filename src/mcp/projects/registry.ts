/** Keeps the servers and projects that the router knows: made on first use, dropped when nobody needs them. */
import { ServerPool } from '../servers/pool.ts';
import type { PoolOptions } from '../servers/pool-host.ts';
import { Project, type ProjectOptions } from './project.ts';
import type { RoutedServer } from '../types/server.ts';

export class Registry {
  readonly #options: ProjectOptions;
  readonly #poolOptions: PoolOptions;
  readonly #pools = new Map<string, ServerPool>();
  readonly #projects = new Map<string, Project>();

  constructor(options: ProjectOptions, poolOptions: PoolOptions) {
    this.#options = options;
    this.#poolOptions = poolOptions;
  }

  get pools(): ReadonlyMap<string, ServerPool> {
    return this.#pools;
  }

  pool(server: string): ServerPool | undefined {
    return this.#pools.get(server);
  }

  /** Replaces what was said before; a server that is not named any more loses its agents, not its instances. */
  setServers(servers: readonly RoutedServer[]): void {
    const byProject = new Map<string, ServerPool[]>();
    const names = new Set(servers.map(({ name }) => name));
    for (const server of servers) {
      const pool = this.ensurePool(server.name);
      pool.routed = server;
      byProject.set(server.project, [...(byProject.get(server.project) ?? []), pool]);
    }
    for (const [name, pool] of this.#pools) {
      if (names.has(name)) continue;
      pool.routed = undefined;
      this.dropPoolIfUnused(pool);
    }
    for (const name of new Set([...this.#projects.keys(), ...byProject.keys()])) {
      this.project(name).setPools(byProject.get(name) ?? []);
      this.dropProjectIfUnused(name);
    }
  }

  ensurePool(server: string): ServerPool {
    let pool = this.#pools.get(server);
    if (pool === undefined) {
      pool = new ServerPool(server, this.#poolOptions);
      this.#pools.set(server, pool);
    }
    return pool;
  }

  dropPoolIfUnused(pool: ServerPool): void {
    if (pool.routed === undefined && !pool.isConnected) this.#pools.delete(pool.name);
  }

  project(name: string): Project {
    let project = this.#projects.get(name);
    if (project === undefined) {
      project = new Project(name, this.#options);
      this.#projects.set(name, project);
    }
    return project;
  }

  projectOf(pool: ServerPool): Project | undefined {
    return pool.routed === undefined ? undefined : this.project(pool.routed.project);
  }

  dropProjectIfUnused(name: string): void {
    const project = this.#projects.get(name);
    if (project === undefined || project.sessions.size > 0 || project.pools.length > 0) return;
    project.close();
    this.#projects.delete(name);
  }

  close(): void {
    for (const project of this.#projects.values()) project.close();
  }
}
