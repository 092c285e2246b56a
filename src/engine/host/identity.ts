/** Decides who a session is: the names given at launch, checked and completed from what exists. Pure. */
import { McptuiError } from '../../kernel/errors.ts';
import type { SessionIdentity } from '../../mcp/types/session.ts';
import type { EngineView } from '../views/view.ts';

/** As launched; "" counts as not named. */
export interface LaunchNames {
  readonly project?: string | undefined;
  readonly agent?: string | undefined;
  readonly personality?: string | undefined;
}

const DEFAULT_PROJECT = 'default';

/** @throws McptuiError `not-found` for a name that nothing has, with those that exist; `invalid` for a personality of nobody */
export function sessionIdentity(
  view: Pick<EngineView, 'projects' | 'agents' | 'personalities'>,
  launched: LaunchNames,
): SessionIdentity {
  const agents = [...view.agents.values()];
  const agent = launched.agent
    ? agents.find(({ name }) => name === launched.agent)
    : agents.find(({ isDefault }) => isDefault);
  const project = launched.project || agent?.project || DEFAULT_PROJECT;
  const projects = new Set([DEFAULT_PROJECT, ...namesOf(view.projects.values())]);
  if (!projects.has(project)) throw unknown('project', project, 'projects', projects);

  if (agent === undefined) {
    if (launched.agent) throw unknown('agent', launched.agent, 'agents', namesOf(agents));
    if (!launched.personality) return { project };
    throw new McptuiError(
      'invalid',
      `personality ${launched.personality} has no agent: none is named, and there is no default`,
      {
        hint: `name one with --agent; agents: ${listed(namesOf(agents))}`,
      },
    );
  }

  const own = namesOf([...view.personalities.values()].filter((one) => one.agent === agent.name));
  const personality = launched.personality || agent.defaultPersonality;
  if (launched.personality && !own.includes(launched.personality)) {
    throw unknown(`personality of agent ${agent.name} is called`, launched.personality, 'personalities', own);
  }
  const isThere = personality !== null && own.includes(personality);
  return { project, agent: agent.name, ...(isThere ? { personality } : {}) };
}

function namesOf(rows: Iterable<{ readonly name: string }>): string[] {
  return Array.from(rows, ({ name }) => name);
}

function unknown(what: string, name: string, kind: string, known: Iterable<string>): McptuiError {
  return new McptuiError('not-found', `no ${what} ${name}`, { hint: `${kind}: ${listed(known)}` });
}

function listed(names: Iterable<string>): string {
  return [...names].join(', ') || 'none yet';
}
