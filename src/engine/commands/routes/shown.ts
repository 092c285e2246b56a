/** Describes what the REST API answers with, by name: places, access, secrets, the audit log. What has no name here is said in words alone. */
import * as z from 'zod';
import { accessKinds, accessVerbs } from '../../../store/schema/access.ts';
import { secretTroubles } from '../../../store/schema/failure.ts';
import { gateSettingsSchema } from '../../../store/schema/gate.ts';
import { approvalsSchema } from '../../../store/schema/operator-key.ts';
import { pageSettingsSchema } from '../../../store/schema/pages.ts';
import type { AuditEvent } from '../../../store/types.ts';
import type { TokenInfo } from '../../access/tokens.ts';
import type { AuditSession } from '../../audit/session-book.ts';
import type { AgentView, ProjectDetail } from '../../content/types.ts';
import type { BindingView, RoleView } from '../../rights/views.ts';
import type { SecretChange, SecretView } from '../../secrets/secret-view.ts';
import type { ProjectView } from '../../views/view.ts';
import { shownContent } from './shown-content.ts';
import { shownFleet } from './shown-fleet.ts';
import { bool, list, num, shows, text } from './shows.ts';

const optional = text.optional();

const rule = z.strictObject({
  verbs: z.array(z.enum([...accessVerbs, '*'])),
  kinds: z.array(z.enum([...accessKinds, '*'])),
  names: z.array(text).optional(),
  projects: z.array(text).optional(),
});
const projectLink = z.strictObject({
  prompt: text,
  priority: num,
  link: text,
  status: z.enum(['alive', 'dead', 'unknown']),
  reason: optional,
  next: optional,
});
const resolved = z.strictObject({
  at: num,
  ok: z.literal(true),
  version: num.optional(),
  setAt: num.optional(),
  expiresAt: num.optional(),
});
const unresolved = z.strictObject({
  at: num,
  ok: z.literal(false),
  cause: text,
  isMissing: bool,
  why: z.enum(secretTroubles).optional(),
});
const event = shows<AuditEvent>()(
  z.strictObject({
    n: num,
    at: num,
    kind: text,
    actor: text,
    target: optional,
    outcome: z.enum(['ok', 'error', 'denied', 'info']),
    durationMs: num.optional(),
    message: optional,
    session: optional,
    cause: num.optional(),
    detail: z.record(z.string(), z.unknown()).optional(),
  }),
);

export const shown = {
  ...shownContent,
  ...shownFleet,
  Project: shows<ProjectView>()(z.strictObject({ id: text, name: text, servers: num, gated: bool })),
  ProjectDetail: shows<ProjectDetail>()(
    z.strictObject({
      name: text,
      instructions: text,
      gated: bool,
      gate: gateSettingsSchema,
      pages: pageSettingsSchema,
      agentRole: text,
      approvals: approvalsSchema.optional(),
      toolNameLimit: num.optional(),
      clientPrefix: optional,
      builtIn: bool,
      servers: list(text),
      prompts: list(text),
      links: list(projectLink).optional(),
      skills: list(text),
      /** Of definitions that were written for another system. */
      notes: list(text).optional(),
    }),
  ),
  Agent: shows<AgentView>()(
    z.strictObject({
      id: text,
      name: text,
      summary: text,
      project: text,
      isDefault: bool,
      defaultPersonality: text.nullable(),
      createdAt: num,
      updatedAt: num,
    }),
  ),
  Role: shows<RoleView>()(
    z.strictObject({ name: text, summary: text, isBuiltIn: bool, rules: list(rule), bound: num }),
  ),
  Binding: shows<BindingView>()(
    z.strictObject({
      id: text,
      subject: text,
      role: text,
      projects: list(text).optional(),
      createdAt: num,
      createdBy: text,
    }),
  ),
  Token: shows<TokenInfo>()(
    z.strictObject({
      name: text,
      isOperator: bool,
      createdAt: num,
      lastUsedAt: num.optional(),
      projects: list(text).optional(),
      agents: list(text).optional(),
      subject: optional,
      groups: list(text).optional(),
      roles: list(text).optional(),
      isTicket: bool.optional(),
      expiresAt: num.optional(),
    }),
  ),
  MadeToken: shows<{ readonly name: string; readonly token: string }>()(z.strictObject({ name: text, token: text })),
  Secret: shows<SecretView>()(
    z.strictObject({
      id: text,
      name: text,
      backend: text,
      path: text,
      state: z.enum(['ok', 'missing', 'failing', 'unused', 'unknown']),
      cause: optional,
      step: optional,
      setAt: num.optional(),
      expiresAt: num.optional(),
      last: z.union([resolved, unresolved]).optional(),
      usedBy: list(z.strictObject({ server: text, entries: list(text) })),
      servers: list(text),
      stale: list(text),
      waiting: list(text),
    }),
  ),
  SecretChange: shows<SecretChange>()(
    z.strictObject({ holders: list(text), renewed: list(text), servers: list(text) }),
  ),
  AuditEvent: event,
  AuditEvents: z.strictObject({ items: list(event), next: optional }),
  AuditSession: shows<AuditSession>()(
    z.strictObject({
      id: text,
      client: text,
      project: text,
      agent: optional,
      personality: optional,
      actor: text,
      gate: z.literal('open').optional(),
      calls: num,
      errors: num,
      refusals: num,
      tokens: num,
      firstAt: num,
      lastAt: num,
      firstN: num,
      lastN: num,
      endedAt: num.optional(),
      reason: optional,
    }),
  ),
} as const satisfies Readonly<Record<string, z.ZodType>>;

export type ShownName = keyof typeof shown;
