/** Knows documents of projects and agents. */
import * as z from 'zod';
import type { Project } from '../../../store/schema/index.ts';
import type { Agent } from '../../../store/schema/content.ts';
import { gateSettingsSchema } from '../../../store/schema/gate.ts';
import type { Versioned } from '../../../store/types.ts';
import { defined } from '../../../kernel/defined.ts';
import { SYSTEM_PROJECT } from '../../content/built-in-projects.ts';
import { agentChange, projectChange } from '../../content/changes.ts';
import { changedFields, wholeProject } from '../../content/whole-place.ts';
import { DEFAULT_PAGES } from '../../pages/page-rules.ts';
import { DEFAULT_AGENT_ROLE } from '../../rights/built-in-roles.ts';
import { nameSchema } from '../../../store/schema/server.ts';
import { without } from '../fields.ts';
import { nameOf, type Found, type Kind } from './kind.ts';

const plainProject = {
  instructions: '',
  gated: false,
  gate: gateSettingsSchema.parse({}),
  pages: DEFAULT_PAGES,
  agentRole: DEFAULT_AGENT_ROLE,
};

export const projectKind: Kind = {
  noun: 'project',
  metadata: z.strictObject({ name: nameSchema }),
  spec: projectChange.omit({ proxyMode: true }),
  ref: nameOf,
  find(from, document) {
    const row = from
      .collection('projects')
      .all()
      .find(({ name }) => name === nameOf(document));
    return row && foundProject(row);
  },
  all: (from) =>
    from
      .collection('projects')
      .all()
      .filter(({ name }) => name !== SYSTEM_PROJECT)
      .map(foundProject),
  defaults: () => plainProject,
  create: (document) => ({ name: 'createProject', args: [nameOf(document), without(document, ['name'])] }),
  replace(document, { ref, fields }) {
    const live = { ...plainProject, ...without(fields, ['name']) };
    const { approvals, ...rest } = without(document, ['name']);
    const before = live as Readonly<Record<string, unknown>>;
    const signed = approvals ?? (before['approvals'] === undefined ? undefined : { kind: 'plain' });
    const change = changedFields(defined({ ...wholeProject(rest, live), approvals: signed }), live);
    return { name: 'updateProject', args: [ref, change] };
  },
  remove: (ref) => ({ name: 'deleteProject', args: [ref] }),
};

function foundProject(row: Versioned<Project>): Found {
  const { name, version, id: _id, createdAt: _createdAt, ...rest } = row;
  const fields = { name, ...plainProject, ...defined(rest) };
  return { ref: name, version, fields, shown: () => fields };
}

const plainAgent = { summary: '', project: 'default', isDefault: false, defaultPersonality: null };

export const agentKind: Kind = {
  noun: 'agent',
  metadata: z.strictObject({ name: nameSchema }),
  spec: agentChange,
  ref: nameOf,
  find(from, document) {
    const row = from
      .collection('agents')
      .all()
      .find(({ name }) => name === nameOf(document));
    return row && foundAgent(row);
  },
  all: (from) => from.collection('agents').all().map(foundAgent),
  defaults: () => plainAgent,
  create: (document) => ({ name: 'createAgent', args: [nameOf(document), without(document, ['name'])] }),
  replace: (document, { ref, fields }) => ({
    name: 'updateAgent',
    args: [ref, changedFields({ ...plainAgent, ...without(document, ['name']) }, fields)],
  }),
  remove: (ref) => ({ name: 'deleteAgent', args: [ref] }),
};

function foundAgent(row: Versioned<Agent>): Found {
  const { name, version, summary, project, isDefault, defaultPersonality } = row;
  const fields = { name, summary, project, isDefault, defaultPersonality };
  return { ref: name, version, fields, shown: () => fields };
}
