/** Says which answers come in pages, from the store; asked for each answer, so that what it says is kept. */
import type { Project, Shape } from '../../store/schema/index.ts';
import type { PageSettings } from '../../store/schema/pages.ts';
import type { Database } from '../../store/types.ts';
import { isTransparent } from '../gate/gate-rules.ts';
import { DEFAULT_GATE } from '../gate/types.ts';
import type { ModelPolicy } from '../models/model-book.ts';

export const DEFAULT_PAGES: PageSettings = { kind: 'passthrough', pageTokens: 8_000, overrides: {} };

export type PipelineKind = Exclude<PageSettings['kind'], 'passthrough'>;

/** Of a project in which some answers come in pages. */
export interface Pipeline {
  readonly pageTokens: number;
  /** Undefined where the answer passes as it comes; `tool` is absent for a resource. */
  intoOf(server: string, tool: string | undefined): PipelineKind | undefined;
}

export class PageRules {
  readonly #db: Pick<Database<Shape>, 'collection'>;
  #projects: readonly Project[] | undefined;
  #servers: readonly object[] | undefined;
  #byName: ReadonlyMap<string, Pipeline> = new Map();

  constructor(db: Pick<Database<Shape>, 'collection'>) {
    this.#db = db;
  }

  /** Names of all projects, and of those with a pipeline. */
  names(): { readonly all: ReadonlySet<string>; readonly paged: ReadonlySet<string> } {
    this.#look();
    return { all: new Set(this.#projects?.map(({ name }) => name)), paged: new Set(this.#byName.keys()) };
  }

  of(project: string): Pipeline | undefined {
    this.#look();
    return this.#byName.get(project);
  }

  /** Where what the project says may go. */
  modelsOf(project: string): ModelPolicy {
    this.#look();
    return this.#projects?.find(({ name }) => name === project)?.gate?.models ?? DEFAULT_GATE.models;
  }

  #look(): void {
    const projects = this.#db.collection('projects').all();
    const servers = this.#db.collection('servers').all();
    if (projects === this.#projects && servers === this.#servers) return;
    this.#projects = projects;
    this.#servers = servers;
    // Agents of a transparent project are offered no `read_page`.
    const paged = projects.filter(({ name, pages }) => hasPages(pages) && !isTransparent(servers, name));
    this.#byName = new Map(paged.map(({ name, pages = DEFAULT_PAGES }) => [name, pipelineOf(pages)]));
  }
}

export function hasPages(pages: PageSettings | undefined): boolean {
  if (pages === undefined) return false;
  return pages.kind !== 'passthrough' || Object.values(pages.overrides).some((kind) => kind !== 'off');
}

function pipelineOf({ kind, pageTokens, overrides }: PageSettings): Pipeline {
  const byName = new Map(Object.entries(overrides));
  return {
    pageTokens,
    intoOf(server, tool) {
      const ofTool = byName.size === 0 || tool === undefined ? undefined : byName.get(`${server}/${tool}`);
      const chosen = ofTool ?? byName.get(server) ?? kind;
      return chosen === 'passthrough' || chosen === 'off' ? undefined : chosen;
    },
  };
}
