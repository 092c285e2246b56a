/** Tells which project a row or an event belongs to, for the console that looks at one project; undefined: it belongs to all. Pure. */
import type { AgentView, EngineView } from '../../engine/index.ts';
import { clean } from '../../text/clean.ts';
import type { HeldEvent } from '../state/event-ring.ts';
import { lastOf } from '../state/memo.ts';
import type { UiState } from '../state/ui-store.ts';

type Agents = EngineView['agents'];

const projects = lastOf(
  (agents: Agents): ReadonlyMap<string, string> =>
    new Map([...agents.values()].map(({ name, project }: AgentView) => [name, project])),
);

export function projectOfAgent(agent: string, agents: Agents | undefined): string | undefined {
  return agents === undefined ? undefined : projects(agents).get(agent);
}

/** Of `project:ops/deploy`, `agent:reviewer/howto`, and of `reviewer/careful`, which is a personality. */
export function projectOfRef(ref: string, agents: Agents | undefined): string | undefined {
  const slash = ref.indexOf('/');
  if (slash === -1) return undefined;
  const [scope = '', name] = ref.slice(0, slash).split(':', 2);
  if (name === undefined) return projectOfAgent(scope, agents);
  return scope === 'project' ? name : projectOfAgent(name, agents);
}

const ofServers = lastOf(
  (rows: EngineView['servers']) => new Map([...rows.values()].map(({ name, project }) => [name, project])),
);
/** The program of a model belongs to none. */
const ofInstances = lastOf((rows: EngineView['instances']) => {
  const servers = [...rows.values()].filter(({ model }) => model === undefined);
  return new Map(servers.map(({ name, project }) => [name, project]));
});

export function projectOfServer(server: string, servers: EngineView['servers'] | undefined): string | undefined {
  return servers === undefined ? undefined : ofServers(servers).get(server);
}

/** Of what an event is about, or of the session that it came from; what is gone from the view belongs to all. */
export function projectOfEvent({ target = '', session }: HeldEvent, view: EngineView | undefined): string | undefined {
  if (view === undefined) return undefined;
  const slash = target.indexOf('/');
  const name = target.slice(slash + 1);
  switch (target.slice(0, Math.max(0, slash))) {
    case 'project':
      return name;
    case 'server':
      return projectOfServer(name, view.servers);
    case 'instance':
      // One that is gone was NAME-NUMBER of its server.
      return (
        ofInstances(view.instances).get(name) ?? projectOfServer(name.slice(0, name.lastIndexOf('-')), view.servers)
      );
    case 'agent':
      return projectOfAgent(name, view.agents);
    case 'prompt':
    case 'personality':
    case 'skill':
      return projectOfRef(name, view.agents);
    case 'proposal':
      return projectOfRef(view.proposals.get(name)?.ref ?? '', view.agents);
    case 'session':
      return projectOfSession(name, view);
    default:
      return session === undefined ? undefined : projectOfSession(session, view);
  }
}

function projectOfSession(id: string, view: EngineView): string | undefined {
  return (view.sessions.get(id) ?? view.endedSessions.get(id))?.project;
}

/** `Secrets · project ops`: behind the title of what shows one project's rows. */
export function scopeWords({ project }: Pick<UiState, 'project'>): string {
  return project === undefined ? '' : ` · project ${clean(project)}`;
}
