/** Lists the roles that every engine has; they cannot be changed. */
import type { AccessRule } from '../../store/schema/access.ts';

export interface RoleRules {
  readonly name: string;
  readonly summary: string;
  readonly rules: readonly AccessRule[];
}

const VIEW: AccessRule = { verbs: ['view'], kinds: ['*'] };

export const builtInRoles: readonly RoleRules[] = [
  { name: 'admin', summary: 'Everything, roles and tokens too.', rules: [{ verbs: ['*'], kinds: ['*'] }] },
  {
    name: 'operator',
    summary: 'Runs servers, models and sessions; changes them and their secrets.',
    rules: [
      VIEW,
      { verbs: ['run', 'admit'], kinds: ['server', 'tool', 'project', 'model', 'session'] },
      { verbs: ['create', 'edit', 'delete'], kinds: ['server', 'project', 'agent', 'model', 'secret', 'session'] },
    ],
  },
  {
    name: 'editor',
    summary: 'Changes prompts, personalities and skills, and what uses them.',
    rules: [
      VIEW,
      { verbs: ['create', 'edit', 'delete'], kinds: ['prompt', 'personality', 'skill', 'proposal'] },
      { verbs: ['edit'], kinds: ['project', 'agent'] },
    ],
  },
  {
    name: 'reviewer',
    summary: 'Reads everything and decides on proposals.',
    rules: [
      VIEW,
      { verbs: ['approve'], kinds: ['prompt', 'personality', 'skill', 'project', 'agent', 'proposal'] },
      { verbs: ['edit'], kinds: ['proposal'] },
    ],
  },
  { name: 'viewer', summary: 'Reads everything, changes nothing.', rules: [VIEW] },
  {
    name: 'agent',
    summary: 'Calls tools, reads what is meant for agents, proposes.',
    rules: [
      { verbs: ['view'], kinds: ['project', 'server', 'tool', 'prompt', 'personality', 'skill', 'proposal', 'agent'] },
      { verbs: ['run'], kinds: ['server', 'tool', 'project'] },
      { verbs: ['create', 'edit'], kinds: ['proposal'] },
    ],
  },
];

/** What a project's agents have when it names nothing else. */
export const DEFAULT_AGENT_ROLE = 'agent';
/** Named by a project whose agents may do nothing without a binding. */
export const NO_ROLE = 'none';
