/** Checks records of roles and bindings: who may do what to which things. */
import * as z from 'zod';
import { nameSchema } from './server.ts';

export const accessVerbs = ['view', 'edit', 'create', 'delete', 'approve', 'run', 'admit', 'impersonate'] as const;
export type AccessVerb = (typeof accessVerbs)[number];

/** `service` is there to be impersonated, `engine` to be shut down; `tool` names are `SERVER/TOOL`. */
export const accessKinds = [
  'server',
  'tool',
  'project',
  'prompt',
  'personality',
  'skill',
  'proposal',
  'agent',
  'model',
  'secret',
  'session',
  'audit',
  'token',
  'role',
  'service',
  'engine',
] as const;
export type AccessKind = (typeof accessKinds)[number];

/** A name, `*`, or the beginning of names with `*` behind it. */
export const patternSchema = z
  .string()
  .max(300)
  .regex(/^[^*\s]*\*?$/, 'use NAME, PREFIX* or *')
  .min(1, 'use NAME, PREFIX* or *');

const patterns = z.array(patternSchema).min(1).max(64);

export const ruleSchema = z.strictObject({
  verbs: z
    .array(z.enum([...accessVerbs, '*']))
    .min(1)
    .max(accessVerbs.length),
  kinds: z
    .array(z.enum([...accessKinds, '*']))
    .min(1)
    .max(accessKinds.length),
  /** Absent = of any name. */
  names: patterns.optional(),
  /** Absent = in any project, and what belongs to none. */
  projects: patterns.optional(),
});
export type AccessRule = z.infer<typeof ruleSchema>;

export const roleFields = {
  summary: z.string().max(1_024).default(''),
  rules: z.array(ruleSchema).min(1, 'say what it allows').max(64),
};

export const roleSchema = z.strictObject({
  id: z.string(),
  name: nameSchema,
  ...roleFields,
  createdAt: z.int(),
  updatedAt: z.int(),
});
export type Role = z.infer<typeof roleSchema>;

/** Whom a binding or a token may name. A `client:` is what a program calls itself: it can be given nothing. */
export const subjectSchema = z
  .string()
  .max(200)
  .regex(
    /^(?:user|group|service|agent):[A-Za-z0-9][A-Za-z0-9._@-]*$/,
    'use user:NAME, group:NAME, service:NAME or agent:NAME',
  );

export const bindingSchema = z.strictObject({
  id: z.string(),
  subject: subjectSchema,
  role: nameSchema,
  /** Absent = everywhere. */
  projects: patterns.optional(),
  createdAt: z.int(),
  createdBy: z.string(),
});
export type Binding = z.infer<typeof bindingSchema>;
