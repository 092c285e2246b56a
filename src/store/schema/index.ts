/** Lists every collection of a data folder, with the schema its records must pass. */
import * as z from 'zod';
import type { WithBody } from '../types.ts';
import { bindingSchema, roleSchema, type Binding, type Role } from './access.ts';
import { appliedSchema, type Applied } from './applied.ts';
import { instanceSchema, type Instance } from './instance.ts';
import { nameSchema, serverRevisionSchema, serverSchema, type Server, type ServerRevision } from './server.ts';
import {
  agentSchema,
  personalitySchema,
  promptSchema,
  revisionSchema,
  skillSchema,
  type Agent,
  type Personality,
  type Prompt,
  type Revision,
  type Skill,
} from './content.ts';
import { digestSchema, type Digest } from './digest.ts';
import { gateSchema, gateSettingsSchema, type GateRow } from './gate.ts';
import { modelSchema, modelUsageSchema, type Model, type ModelUsage } from './model.ts';
import { pageSavingsSchema, type PageSavingsRow } from './page-savings.ts';
import { pageSettingsSchema } from './pages.ts';
import {
  approvalsSchema,
  decisionSignatureSchema,
  operatorKeySchema,
  type DecisionSignature,
  type OperatorKey,
} from './operator-key.ts';
import type { Proposal } from './proposal.ts';
import { proposalSchema } from './proposal.ts';
import { secretBackendSchema, type SecretBackend } from './secret-backend.ts';

export const projectSchema = z.strictObject({
  id: z.string(),
  name: nameSchema,
  instructions: z.string().max(65_536).default(''),
  /** A session first sees `begin_session` only. */
  gated: z.boolean().default(false),
  /** How its gate works; absent = as `gateSettingsSchema` has it by default. */
  gate: gateSettingsSchema.optional(),
  /** Whether long answers come in pages; absent = as `pageSettingsSchema` has it by default: they do not. */
  pages: pageSettingsSchema.optional(),
  /** Characters of a tool's name that agents' models take; absent = 64. */
  toolNameLimit: z.int().min(32).max(128).optional(),
  /** What agents' clients put in front of each name, such as `mcp__mcptui__`; absent = it was not said. */
  clientPrefix: z
    .string()
    .max(32)
    .regex(/^[A-Za-z0-9_-]*$/, 'use A-Z, a-z, 0-9, _ and -')
    .optional(),
  /** Role of its agents that nothing else is bound to; `none` = they may do nothing; absent = `agent`. */
  agentRole: nameSchema.optional(),
  /** Its decisions have to be signed; absent = they do not. */
  approvals: approvalsSchema.optional(),
  createdAt: z.int(),
});
export type Project = z.infer<typeof projectSchema>;

export interface Shape {
  readonly [name: string]: { readonly id: string };
  readonly servers: Server;
  readonly serverRevisions: WithBody<ServerRevision, 'definition'>;
  readonly instances: Instance;
  readonly projects: Project;
  readonly agents: Agent;
  readonly prompts: Prompt;
  readonly personalities: Personality;
  readonly skills: Skill;
  readonly revisions: WithBody<Revision, 'content'>;
  readonly proposals: Proposal;
  readonly gates: GateRow;
  readonly models: Model;
  readonly modelUsage: ModelUsage;
  readonly digests: Digest;
  readonly pageSavings: PageSavingsRow;
  readonly roles: Role;
  readonly bindings: Binding;
  readonly operatorKeys: OperatorKey;
  readonly decisionSignatures: DecisionSignature;
  readonly secretBackends: SecretBackend;
  readonly applied: Applied;
}

/** `noun` is the singular used in messages; `body` the field that is read by `Database.body`. */
export const collections = {
  servers: { noun: 'server', schema: serverSchema },
  serverRevisions: { noun: 'server revision', schema: serverRevisionSchema, body: 'definition' },
  instances: { noun: 'instance', schema: instanceSchema },
  projects: { noun: 'project', schema: projectSchema },
  agents: { noun: 'agent', schema: agentSchema },
  prompts: { noun: 'prompt', schema: promptSchema },
  personalities: { noun: 'personality', schema: personalitySchema },
  skills: { noun: 'skill', schema: skillSchema },
  revisions: { noun: 'revision', schema: revisionSchema, body: 'content' },
  proposals: { noun: 'proposal', schema: proposalSchema },
  gates: { noun: 'gate', schema: gateSchema },
  models: { noun: 'model', schema: modelSchema },
  modelUsage: { noun: 'model usage', schema: modelUsageSchema },
  digests: { noun: 'digest', schema: digestSchema },
  pageSavings: { noun: 'savings of pages', schema: pageSavingsSchema },
  roles: { noun: 'role', schema: roleSchema },
  bindings: { noun: 'binding', schema: bindingSchema },
  operatorKeys: { noun: 'operator key', schema: operatorKeySchema },
  decisionSignatures: { noun: 'signature', schema: decisionSignatureSchema },
  secretBackends: { noun: 'backend', schema: secretBackendSchema },
  applied: { noun: 'applied document', schema: appliedSchema },
} as const;
