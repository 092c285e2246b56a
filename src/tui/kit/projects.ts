/** Tells which project a row belongs to, for the console that looks at one project; undefined: it belongs to all. Pure. */
import type { AgentView, EngineView } from '../../engine/index.ts';
import { lastOf } from '../state/memo.ts';

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
