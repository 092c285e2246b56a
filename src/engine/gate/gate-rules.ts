/** Says which projects are gated and how, from the store; asked for each call, so that the answer is kept. */
import type { Project, Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import { DEFAULT_GATE, type GateSettings } from './types.ts';

export class GateRules {
  readonly #db: Pick<Database<Shape>, 'collection'>;
  #projects: readonly Project[] | undefined;
  #servers: readonly object[] | undefined;
  #byName: ReadonlyMap<string, GateSettings> = new Map();

  constructor(db: Pick<Database<Shape>, 'collection'>) {
    this.#db = db;
  }

  /** By project, to compare with later. */
  texts(): ReadonlyMap<string, string> {
    this.#look();
    return new Map(Array.from(this.#byName, ([name, settings]) => [name, JSON.stringify(settings)]));
  }

  /** Undefined for a project without a gate. */
  of(project: string): GateSettings | undefined {
    this.#look();
    return this.#byName.get(project);
  }

  #look(): void {
    const projects = this.#db.collection('projects').all();
    const servers = this.#db.collection('servers').all();
    if (projects !== this.#projects || servers !== this.#servers) {
      this.#projects = projects;
      this.#servers = servers;
      const gated = projects.filter((row) => row.gated && !isTransparent(servers, row.name));
      this.#byName = new Map(gated.map(({ name, gate }) => [name, gate ?? DEFAULT_GATE]));
    }
  }
}

/** A lone server that agents see as it is has nothing of mcptui's beside it, so no `begin_session` either. */
export function isTransparent(
  servers: readonly { readonly project: string; readonly prefix?: string | undefined }[],
  project: string,
): boolean {
  const own = servers.filter((server) => server.project === project);
  return own.length === 1 && own[0]?.prefix === '';
}
