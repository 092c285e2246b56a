/** Understands arguments of commands as the things that rights are for, from what the engine holds. */
import type { Content, ContentKind, PromptContent } from '../../store/schema/content.ts';
import type { Shape } from '../../store/schema/index.ts';
import { MAX_LINKS, parseResourceLink } from '../../store/schema/link.ts';
import type { Model } from '../../store/schema/model.ts';
import type { AuditEvent, Database } from '../../store/types.ts';
import type { DocumentKind } from '../apply/kind-names.ts';
import type { ComposeTarget } from '../content/changes.ts';
import { fromDocument } from '../content/document.ts';
import { parseRef } from '../content/refs.ts';
import { rowById, rowNamed, type ContentRow } from '../content/rows.ts';
import type { Fleet } from '../instances/fleet.ts';
import { instancesNamed } from '../instances/named.ts';
import { modelOfProgram, programName } from '../models/program-names.ts';
import type { Meant, PlacedName, Thing } from './meant.ts';

export interface MeaningsParts {
  readonly db: Database<Shape>;
  readonly fleet: () => Fleet;
  /** Project of a session that is there, or was. */
  readonly projectOf: (session: string) => string | undefined;
}

const DEFAULT_PROJECT = 'default';

export class Meanings implements Meant {
  readonly #p: MeaningsParts;

  constructor(parts: MeaningsParts) {
    this.#p = parts;
  }

  made(kind: 'server' | 'agent', name: unknown, project: unknown): Thing {
    const known = (value: unknown): string | undefined =>
      typeof value === 'string' && value !== '' ? value : undefined;
    return { kind, name: known(name), project: known(project) ?? DEFAULT_PROJECT };
  }

  server(name: string): Thing {
    const { db } = this.#p;
    const servers = db.collection('servers').all();
    const row = servers.find((one) => one.name === name);
    return { kind: 'server', name, project: row?.project };
  }

  instance(name: string): Thing {
    const { db } = this.#p;
    const fleet = this.#p.fleet();
    try {
      const [live] = instancesNamed({ db, fleet }, name);
      const server = live === undefined ? undefined : fleet.serverOf(live);
      const model = server && modelOfProgram(server.name);
      if (model !== undefined) return { kind: 'model', name: model };
      if (server !== undefined) return { kind: 'server', name: server.name, project: server.project };
    } catch {
      // Nothing has this name, or several things have it: as it stands.
    }
    return this.server(name.replace(/^(?:server|instance|model)\//, ''));
  }

  isRun(name: string): boolean {
    return this.#model(name)?.run !== undefined;
  }

  model(name: string, isRun: boolean): readonly Thing[] {
    const own = this.#model(name)?.name ?? name;
    return [{ kind: 'model', name: own }, ...(isRun ? [{ kind: 'server' as const, name: programName(own) }] : [])];
  }

  project(name: string): Thing {
    const rows = this.#p.db.collection('projects').all();
    const own = rows.find((row) => row.name === name || row.id === name)?.name ?? name;
    return { kind: 'project', name: own, project: own };
  }

  agent(name: string): Thing {
    const rows = this.#p.db.collection('agents').all();
    const row = rows.find((one) => one.name === name || one.id === name);
    return { kind: 'agent', name: row?.name ?? name, project: row?.project };
  }

  session(id: string): Thing {
    return { kind: 'session', name: id, project: this.#p.projectOf(id) };
  }

  content(kind: ContentKind, ref: string): readonly Thing[] {
    const row = this.#row(kind, ref);
    if (row !== undefined) return this.#placed(kind, row);
    // Deleted, or never there: where its reference says.
    const [, agent, name] = /^([^/:]+)\/([^/]+)$/.exec(ref) ?? [];
    if (kind === 'personality' && name !== undefined) return this.#placed(kind, { name, agent });
    return this.#placed(kind, parseRef(ref) ?? { name: ref });
  }

  placed(kind: ContentKind, place: PlacedName): readonly Thing[] {
    return this.#placed(kind, place);
  }

  linked(kind: ContentKind, change: { readonly content?: unknown; readonly text?: string }): readonly Thing[] {
    if (kind !== 'prompt') return [];
    const { content, text } = change;
    return this.#linkOf((content as Partial<PromptContent> | undefined)?.link ?? linkIn(text));
  }

  linkedBy(proposal: string, text: string | undefined): readonly Thing[] {
    const row = this.#p.db.collection('proposals').find(proposal);
    if (row?.kind !== 'prompt') return [];
    const own = (row.content as Partial<PromptContent> | undefined)?.link;
    return this.#linkOf(text === undefined ? own : linkIn(text, row.content));
  }

  composed({ project, agent, personality }: ComposeTarget): readonly Thing[] {
    const who = agent === undefined ? [] : [this.agent(agent)];
    const worn =
      agent === undefined || typeof personality !== 'string'
        ? []
        : this.content('personality', `${agent}/${personality}`);
    const place = project ?? who[0]?.project ?? DEFAULT_PROJECT;
    return [this.project(place), ...who, ...worn];
  }

  proposal(id: string): readonly Thing[] {
    const row = this.#p.db.collection('proposals').find(id);
    return row === undefined ? [{ kind: 'proposal', name: id }] : this.#placed(row.kind, row);
  }

  proposalItself(id: string): Thing {
    const [subject] = this.proposal(id);
    return { kind: 'proposal', name: id, project: subject?.project };
  }

  revision(id: string): readonly Thing[] {
    const row = this.#p.db.collection('revisions').find(id);
    if (row === undefined) return [{ kind: 'prompt', name: id }];
    const live = rowById(this.#p.db, row.kind, row.resourceId);
    return live === undefined ? this.content(row.kind, row.ref) : this.#placed(row.kind, live);
  }

  binding(id: string): Thing {
    return { kind: 'role', name: this.#p.db.collection('bindings').find(id)?.role };
  }

  tool(server: string, tool: string): readonly Thing[] {
    const { name, project } = this.server(server);
    const owner = project === undefined ? [] : [this.project(project)];
    return [{ kind: 'tool', name: `${name ?? server}/${tool}`, project }, ...owner];
  }

  event({ kind, target = '', session }: Pick<AuditEvent, 'kind' | 'target' | 'session'>): Thing {
    const [, what, name = ''] = /^(server|instance|project)\/([^/]+)$/.exec(target) ?? [];
    const thing = what === 'server' ? this.server(name) : what === 'instance' ? this.instance(name) : undefined;
    const ofSession = session === undefined ? undefined : this.#p.projectOf(session);
    return { kind: 'audit', name: kind, project: thing?.project ?? (what === 'project' ? name : ofSession) };
  }

  document({ kind, ref }: { readonly kind: DocumentKind; readonly ref: string }): readonly Thing[] {
    switch (kind) {
      case 'server':
        return [this.server(ref)];
      case 'project':
        return [this.project(ref)];
      case 'agent':
        return [this.agent(ref)];
      case 'model':
        return this.model(ref, this.isRun(ref));
      case 'prompt':
      case 'skill':
      case 'personality':
        return this.content(kind, ref);
      case 'role':
        return [{ kind: 'role', name: ref }];
      case 'binding':
        return [{ kind: 'role', name: ref.split(' ')[1] }];
      case 'backend':
        return [{ kind: 'secret', name: `${ref}/` }];
    }
  }

  #model(name: string): Model | undefined {
    const all = this.#p.db.collection('models').all();
    return all.find((one) => one.name === name || one.id === name);
  }

  #row(kind: ContentKind, ref: string): ContentRow | undefined {
    try {
      return rowNamed(this.#p.db, kind, ref);
    } catch {
      return undefined;
    }
  }

  /** A thing of an agent is in the agent's project. A personality is called `AGENT/NAME`. */
  #placed(kind: ContentKind, { name, project, agent }: PlacedName): readonly Thing[] {
    if (project !== undefined) return [{ kind, name, project }, this.project(project)];
    if (agent === undefined) return [{ kind, name }];
    const owner = this.agent(agent);
    return [{ kind, name: `${agent}/${name}`, project: owner.project }, owner];
  }

  /** Of one link or a list: prompts, and servers whose resources are read. What is no link is refused by the command itself. */
  #linkOf(link: unknown): readonly Thing[] {
    const links: readonly unknown[] = Array.isArray(link) ? link.slice(0, MAX_LINKS) : [link];
    return links.flatMap((one) => {
      if (typeof one !== 'string' || one === '') return [];
      const resource = parseResourceLink(one);
      if (resource === undefined) return this.content('prompt', one);
      // The link reads a server of that project or none.
      return [{ kind: 'server', name: resource.server, project: resource.project }];
    });
  }
}

/** A document that cannot be read is refused by the command itself. */
function linkIn(text: string | undefined, base?: Content): unknown {
  if (text === undefined) return undefined;
  try {
    return fromDocument('prompt', text, base)['link'];
  } catch {
    return undefined;
  }
}
