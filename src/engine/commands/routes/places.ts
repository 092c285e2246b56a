/** Lists the routes of projects, agents and sessions. A PUT says all of it: what it leaves out is as it is by default. */
import * as z from 'zod';
import { McptuiError } from '../../../kernel/errors.ts';
import { agentChange, projectChange } from '../../content/changes.ts';
import type { AgentView, ProjectDetail } from '../../content/types.ts';
import { changedFields, wholeProject } from '../../content/whole-place.ts';
import type { Served } from '../../rights/served.ts';
import { at, picked, viewRows, without, words, type Route } from './route.ts';

const PROJECT_FIELDS = Object.keys(projectChange.shape);
const AGENT_FIELDS = Object.keys(agentChange.shape);
const NEW_AGENT = { summary: '', project: 'default', isDefault: false, defaultPersonality: null };

function agentNamed(served: Served, name: string): AgentView {
  const found = [...served.view().agents.values()].find((row) => row.id === name || row.name === name);
  if (found !== undefined) return found;
  throw new McptuiError('not-found', `no agent ${name}`, { hint: 'GET /api/v1/agents' });
}

export const placeRoutes: readonly Route[] = [
  {
    kind: 'list',
    path: '/projects',
    shows: 'Project',
    about: 'All projects that the caller may view.',
    filters: ['name', 'gated'],
    ...viewRows('projects'),
  },
  {
    kind: 'call',
    method: 'POST',
    path: '/projects',
    shows: 'ProjectDetail',
    command: 'createProject',
    success: 201,
    body: projectChange.extend({ name: words }),
    args: ({ body }) => [body['name'], without(body, ['name'])],
    location: ({ name }: ProjectDetail) => `/projects/${name}`,
  },
  {
    kind: 'call',
    method: 'GET',
    path: '/projects/{id}',
    shows: 'ProjectDetail',
    command: 'projectDetail',
    success: 200,
    args: (given) => [at(given)],
  },
  {
    kind: 'call',
    method: 'PUT',
    path: '/projects/{id}',
    shows: 'ProjectDetail',
    command: 'updateProject',
    success: 200,
    body: projectChange,
    async args(given, { commands }) {
      const live = await commands.projectDetail(at(given));
      return [at(given), changedFields(wholeProject(given.body, live), live)];
    },
    async merge(given, { commands }) {
      return { document: picked(await commands.projectDetail(at(given)), PROJECT_FIELDS) };
    },
  },
  {
    kind: 'call',
    method: 'DELETE',
    path: '/projects/{id}',
    command: 'deleteProject',
    success: 204,
    args: (given) => [at(given)],
  },
  {
    kind: 'list',
    path: '/agents',
    shows: 'Agent',
    about: 'All agents that the caller may view.',
    filters: ['name', 'project', 'isDefault'],
    ...viewRows('agents'),
    one: '/agents/{id}',
  },
  {
    kind: 'call',
    method: 'POST',
    path: '/agents',
    shows: 'Agent',
    command: 'createAgent',
    success: 201,
    body: agentChange.extend({ name: words }),
    args: ({ body }) => [body['name'], without(body, ['name'])],
    location: ({ name }: AgentView) => `/agents/${name}`,
  },
  {
    kind: 'call',
    method: 'PUT',
    path: '/agents/{id}',
    shows: 'Agent',
    command: 'updateAgent',
    success: 200,
    body: agentChange,
    args: (given, served) => {
      const live = agentNamed(served, at(given));
      return [live.name, changedFields({ ...NEW_AGENT, ...given.body }, live)];
    },
    merge: (given, served) => ({ document: picked(agentNamed(served, at(given)), AGENT_FIELDS) }),
  },
  {
    kind: 'call',
    method: 'DELETE',
    path: '/agents/{id}',
    command: 'deleteAgent',
    success: 204,
    args: (given, served) => [agentNamed(served, at(given)).name],
  },
  {
    kind: 'list',
    path: '/sessions',
    shows: 'Session',
    about: 'Sessions of agents, also those that ended lately: these have `endedAt`.',
    filters: ['project', 'agent', 'personality', 'client'],
    ...viewRows('sessions', 'endedSessions'),
    one: '/sessions/{id}',
  },
  {
    kind: 'call',
    method: 'DELETE',
    path: '/sessions/{id}',
    command: 'disconnectSession',
    success: 204,
    args: (given) => [at(given)],
  },
  {
    kind: 'call',
    method: 'GET',
    path: '/sessions/{id}/gate',
    command: 'sessionGate',
    success: 200,
    args: (given) => [at(given)],
  },
  {
    kind: 'call',
    method: 'POST',
    path: '/sessions/{id}/admit',
    of: '/sessions/{id}',
    command: 'admitSession',
    success: 200,
    body: z.strictObject({}),
    args: (given) => [at(given)],
  },
];
