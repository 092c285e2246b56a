/** Keeps projects and agents, to which prompts, personalities and sessions belong. */
import type * as z from 'zod';
import type { Clock } from '../../kernel/clock.ts';
import { defined } from '../../kernel/defined.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { noSuch } from '../../kernel/no-such.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { agentSchema, type Agent } from '../../store/schema/content.ts';
import { projectSchema, type Project, type Shape } from '../../store/schema/index.ts';
import type { Database, Transaction, Versioned } from '../../store/types.ts';
import { agentNamed } from './bindings.ts';
import { DEFAULT_GATE } from '../gate/types.ts';
import { DROPPED } from '../servers/dropped.ts';
import { DEFAULT_PAGES } from '../pages/page-rules.ts';
import { DEFAULT_AGENT_ROLE } from '../rights/built-in-roles.ts';
import { BUILT_IN_PROJECTS } from './built-in-projects.ts';
import type { AgentChange, ProjectChange } from './changes.ts';
import { faultsOf } from './faults.ts';
import { projectLinks } from './links/link-views.ts';
import type { Links } from './links/links.ts';
import {
  mergedApprovals,
  mergedGate,
  mergedPages,
  refuseBeside,
  refuseShortNames,
  refuseUnknownRole,
} from './project-settings.ts';
import { rowsOf } from './rows.ts';
import type { AgentView, ProjectDetail } from './types.ts';

export interface PlaceParts {
  readonly db: Database<Shape>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly actor: string;
  readonly links: Pick<Links, 'stateOf'>;
}

type Reads = Pick<Database<Shape>, 'collection'> | Transaction<Shape>;

/** @throws McptuiError `not-found` with those there are */
export function projectNamed(from: Reads, name: string): Versioned<Project> {
  const all = from.collection('projects').all();
  const found = all.find((project) => project.name === name || project.id === name);
  if (found !== undefined) return found;
  const names = all.map((project) => project.name);
  throw noSuch('project', name, names, `projects: ${names.join(', ')}`);
}

export function agentView(agent: Agent): AgentView {
  const { id, name, summary, project, isDefault, defaultPersonality, createdAt, updatedAt } = agent;
  return { id, name, summary, project, isDefault, defaultPersonality, createdAt, updatedAt };
}

export class Places {
  readonly #p: PlaceParts;

  constructor(parts: PlaceParts) {
    this.#p = parts;
  }

  async createProject(name: string, given: ProjectChange = {}): Promise<ProjectDetail> {
    const { proxyMode: _dropped, ...change } = given;
    const { db, clock, ids } = this.#p;
    const now = clock.now();
    refuseShortNames(name, change);
    const id = ids.next('prj');
    await db.transact((tx) => {
      const projects = tx.collection('projects');
      const project = checked('project', name, projectSchema, {
        ...change,
        ...mergedGate({}, change),
        ...mergedPages({}, change),
        ...mergedApprovals(tx, {}, change),
        id,
        name,
        createdAt: now,
      });
      if (projects.all().some((row) => row.name === name)) throw taken('project', name);
      refuseUnknownRole(tx, change);
      projects.insert(project);
      this.#event(tx, 'project_create', `project/${name}`, droppedIn(given), demandOf(change, project));
    });
    return this.projectDetail(name);
  }

  async updateProject(name: string, given: ProjectChange): Promise<ProjectDetail> {
    const { proxyMode: _dropped, ...change } = given;
    await this.#p.db.transact((tx) => {
      const { version, ...before } = projectNamed(tx, name);
      refuseBeside(tx, before.name, change);
      refuseUnknownRole(tx, change);
      const next = checked('project', name, projectSchema, {
        ...before,
        ...change,
        ...mergedGate(before, change),
        ...mergedPages(before, change),
        ...mergedApprovals(tx, before, change),
      });
      refuseShortNames(name, next);
      tx.collection('projects').replace({ ...next, version });
      const said = [Object.keys(change).join(', '), droppedIn(given)].filter((part) => part !== '');
      this.#event(tx, 'project_update', `project/${before.name}`, said.join('; '), demandOf(change, next));
    });
    return this.projectDetail(name);
  }

  async deleteProject(name: string): Promise<void> {
    await this.#p.db.transact((tx) => {
      const project = projectNamed(tx, name);
      if (BUILT_IN_PROJECTS.includes(project.name)) {
        throw new McptuiError('conflict', `project ${project.name} is built in: it cannot be deleted`);
      }
      const users = [
        ...tx
          .collection('servers')
          .all()
          .filter((row) => row.project === project.name)
          .map((row) => `server ${row.name}`),
        ...tx
          .collection('agents')
          .all()
          .filter((row) => row.project === project.name)
          .map((row) => `agent ${row.name}`),
        ...(['prompt', 'skill'] as const).flatMap((kind) =>
          rowsOf(tx, kind)
            .filter((row) => row.project === project.name)
            .map((row) => `${kind} ${row.name}`),
        ),
      ];
      if (users.length > 0) throw used('project', project.name, users);
      tx.collection('projects').delete(project.id);
      this.#event(tx, 'project_delete', `project/${project.name}`);
    });
  }

  async projectDetail(name: string): Promise<ProjectDetail> {
    const { db } = this.#p;
    const project = projectNamed(db, name);
    const of = (rows: readonly { readonly name: string; readonly project?: string | undefined }[]): readonly string[] =>
      rows.filter((row) => row.project === project.name).map((row) => row.name);
    const links = projectLinks(db.collection('prompts').all(), project.name, (link) => this.#p.links.stateOf(link));
    return {
      name: project.name,
      instructions: project.instructions,
      gated: project.gated,
      gate: project.gate ?? DEFAULT_GATE,
      pages: project.pages ?? DEFAULT_PAGES,
      agentRole: project.agentRole ?? DEFAULT_AGENT_ROLE,
      ...defined({ approvals: project.approvals }),
      ...defined({ toolNameLimit: project.toolNameLimit, clientPrefix: project.clientPrefix }),
      builtIn: BUILT_IN_PROJECTS.includes(project.name),
      servers: of(db.collection('servers').all()),
      prompts: of(rowsOf(db, 'prompt')),
      ...(links.length === 0 ? {} : { links }),
      skills: of(rowsOf(db, 'skill')),
    };
  }

  async createAgent(name: string, change: AgentChange = {}): Promise<AgentView> {
    const { db, clock, ids } = this.#p;
    const now = clock.now();
    const times = { createdAt: now, updatedAt: now };
    const agent = checked('agent', name, agentSchema, { ...change, id: ids.next('agt'), name, ...times });
    await db.transact((tx) => {
      const agents = tx.collection('agents');
      if (agents.all().some((row) => row.name === name)) throw taken('agent', name);
      this.#checkAgent(tx, agent);
      agents.insert(agent);
      this.#event(tx, 'agent_create', `agent/${name}`);
    });
    return agentView(agent);
  }

  async updateAgent(name: string, change: AgentChange): Promise<AgentView> {
    const { db, clock } = this.#p;
    return db.transact((tx) => {
      const { version, ...before } = agentNamed(tx, name) as Versioned<Agent>;
      const next = checked('agent', name, agentSchema, { ...before, ...change, updatedAt: clock.now() });
      this.#checkAgent(tx, next);
      if (next.project !== before.project) this.#refuseMove(tx, next);
      tx.collection('agents').replace({ ...next, version });
      this.#event(tx, 'agent_update', `agent/${before.name}`, Object.keys(change).join(', '));
      return agentView(next);
    });
  }

  async deleteAgent(name: string): Promise<void> {
    await this.#p.db.transact((tx) => {
      const agent = agentNamed(tx, name);
      const users = (['personality', 'prompt', 'skill'] as const).flatMap((kind) =>
        rowsOf(tx, kind)
          .filter((row) => row.agent === agent.name)
          .map((row) => `${kind} ${row.name}`),
      );
      if (users.length > 0) throw used('agent', agent.name, users);
      tx.collection('agents').delete(agent.id);
      this.#event(tx, 'agent_delete', `agent/${agent.name}`);
    });
  }

  /** One default agent; a default personality is one of its own. */
  #checkAgent(tx: Transaction<Shape>, agent: Agent): void {
    const agents = tx.collection('agents');
    projectNamed(tx, agent.project);
    if (agent.defaultPersonality !== null) {
      const own = rowsOf(tx, 'personality')
        .filter((row) => row.agent === agent.name)
        .map((row) => row.name);
      if (!own.includes(agent.defaultPersonality)) {
        throw new McptuiError('not-found', `agent ${agent.name} has no personality ${agent.defaultPersonality}`, {
          hint: own.length === 0 ? 'it has none yet' : `it has ${own.join(', ')}`,
        });
      }
    }
    if (!agent.isDefault) return;
    for (const other of agents.all()) {
      if (other.isDefault && other.id !== agent.id) agents.replace({ ...other, isDefault: false });
    }
  }

  /** Bindings that the new project would not allow. */
  #refuseMove(tx: Transaction<Shape>, agent: Agent): void {
    const broken = rowsOf(tx, 'personality').filter(
      (row) =>
        row.agent === agent.name &&
        'prompts' in row.content &&
        row.content.prompts.some((ref) => ref.startsWith('project:') && !ref.startsWith(`project:${agent.project}/`)),
    );
    if (broken.length === 0) return;
    const names = broken.map((row) => row.name).join(', ');
    throw new McptuiError('conflict', `agent ${agent.name}: ${names} binds prompts of the project it would leave`, {
      hint: 'detach those prompts first',
    });
  }

  #event(tx: Transaction<Shape>, kind: string, target: string, message = '', detail?: JsonObject): void {
    const said = message === '' ? {} : { message };
    tx.event({ kind, actor: this.#p.actor, target, outcome: 'ok', ...said, ...defined({ detail }) });
  }
}

function checked<T>(noun: string, name: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new McptuiError('invalid', `${noun} ${name}: ${faultsOf(result.error, 'record')}`);
}

/** What is demanded from now on: it outlives the rows of its record. */
function demandOf(change: ProjectChange, { approvals }: Project): JsonObject | undefined {
  return change.approvals === undefined ? undefined : { approvals: approvals === undefined ? null : { ...approvals } };
}

function droppedIn(change: ProjectChange): string {
  return 'proxyMode' in change ? DROPPED : '';
}

function taken(noun: string, name: string): McptuiError {
  return new McptuiError('conflict', `${noun} ${name} exists`, { hint: `mcptui describe ${noun} ${name}` });
}

/** Refuses because it is in use: names the first few users, and how many more there are. */
export function used(noun: string, name: string, users: readonly string[]): McptuiError {
  const shown = users.slice(0, 5).join(', ');
  const more = users.length > 5 ? ` and ${users.length - 5} more` : '';
  return new McptuiError('conflict', `${noun} ${name} is used by ${shown}${more}`, { hint: 'remove those first' });
}
