/** Lists the commands on projects and agents: where prompts, personalities and sessions belong. */
import { agentChange, projectChange, type AgentChange, type ProjectChange } from '../../content/changes.ts';
import type { AgentView, ProjectDetail } from '../../content/types.ts';
import type { Signature } from '../../signing/document.ts';
import { command } from './entry.ts';
import { signature, text } from './shapes.ts';

export const projectEntries = {
  createProject: command<(name: string, change?: ProjectChange) => Promise<ProjectDetail>>({
    about: 'Makes a project. Refused with `conflict` when the name is taken.',
    effect: 'changes',
    verb: 'create',
    resource: 'project',
    audit: ['project_create'],
    on: (meant, name) => [meant.project(name)],
    // Who says what agents may do gives rights.
    also: (_meant, _name, change) =>
      change?.agentRole === undefined ? [] : [{ verb: 'edit', kind: 'role', name: change.agentRole }],
    args: [
      ['name', text],
      ['change', projectChange.optional()],
    ],
  }),
  updateProject: command<(name: string, change: ProjectChange, signature?: Signature) => Promise<ProjectDetail>>({
    about:
      'Changes the named fields of a project. `signature`: where it demands signed decisions, for its approvals, its gate ' +
      'and the role of its agents.',
    effect: 'changes',
    verb: 'edit',
    resource: 'project',
    audit: ['project_update', 'decision_sign'],
    on: (meant, name) => [meant.project(name)],
    // Who says what agents may do gives rights.
    also: (_meant, _name, change) =>
      change?.agentRole === undefined ? [] : [{ verb: 'edit', kind: 'role', name: change.agentRole }],
    args: [['name', text], ['change', projectChange], signature],
  }),
  deleteProject: command<(name: string, signature?: Signature) => Promise<void>>({
    about: 'Deletes a project. Refused with `conflict` while servers, agents, prompts or skills belong to it.',
    effect: 'changes',
    verb: 'delete',
    resource: 'project',
    audit: ['project_delete', 'decision_sign'],
    on: (meant, name) => [meant.project(name)],
    args: [['name', text], signature],
  }),
  projectDetail: command<(name: string) => Promise<ProjectDetail>>({
    about: 'A project with what belongs to it.',
    effect: 'reads',
    verb: 'view',
    resource: 'project',
    audit: [],
    on: (meant, name) => [meant.project(name)],
    args: [['name', text]],
  }),
};

export const agentEntries = {
  createAgent: command<(name: string, change?: AgentChange) => Promise<AgentView>>({
    about: 'Makes an agent. Refused with `conflict` when the name is taken.',
    effect: 'changes',
    verb: 'create',
    resource: 'agent',
    audit: ['agent_create'],
    on: (meant, name, change) => [meant.made('agent', name, change?.project)],
    args: [
      ['name', text],
      ['change', agentChange.optional()],
    ],
  }),
  updateAgent: command<(name: string, change: AgentChange, signature?: Signature) => Promise<AgentView>>({
    about: 'Changes the named fields of an agent.',
    effect: 'changes',
    verb: 'edit',
    resource: 'agent',
    audit: ['agent_update', 'decision_sign'],
    on: (meant, name) => [meant.agent(name)],
    also: (meant, name, { project }) =>
      project === undefined ? [] : [{ verb: 'edit', ...meant.made('agent', name, project) }],
    args: [['name', text], ['change', agentChange], signature],
  }),
  deleteAgent: command<(name: string) => Promise<void>>({
    about: 'Deletes an agent. Refused with `conflict` while prompts, personalities or skills belong to it.',
    effect: 'changes',
    verb: 'delete',
    resource: 'agent',
    audit: ['agent_delete'],
    on: (meant, name) => [meant.agent(name)],
    args: [['name', text]],
  }),
};
