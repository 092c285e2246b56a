/** Checks what projects say of their gate, and records of gates that are open. */
import * as z from 'zod';
import { hashSchema } from './content.ts';
import { nameSchema } from './server.ts';

/** A tool that gated sessions see as well: `SERVER/TOOL`, by the server's own name of it. */
const toolRefSchema = z
  .string()
  .max(300)
  .regex(/^[^/]+\/.+$/, 'use SERVER/TOOL');

export const gateSettingsSchema = z.strictObject({
  /** Most tokens of prompts that are given in full; those of priority 10 are given in any case. */
  promptTokens: z.int().min(100, 'use 100 to 200000').max(200_000, 'use 100 to 200000').default(8_000),
  /** Which tools are listed once the gate is open: all, or those that fit. */
  tools: z.enum(['all', 'selected']).default('all'),
  /** Whether `use_tool` is offered: to clients that were not seen to list again, to all, or to none. */
  useTool: z.enum(['auto', 'always', 'never']).default('auto'),
  /** Where what agents and prompts say may go to be chosen from: nowhere, to this machine's models, or to any. */
  models: z.enum(['none', 'local', 'any']).default('local'),
  /** Tools that are never hidden. */
  always: z.array(toolRefSchema).max(64).default([]),
});
export type GateSettings = z.infer<typeof gateSettingsSchema>;

const text = (max: number): z.ZodString => z.string().max(max);

/** A prompt that was chosen. */
const choiceSchema = z.strictObject({
  ref: text(300),
  semver: text(64),
  hash: hashSchema,
  score: z.number(),
  /** `tag deploy · name rollback`; "priority 10" for one that is always given. */
  why: text(500),
  tokens: z.int(),
  /** Given whole; the others were named only. */
  isFull: z.boolean(),
});
export type GateChoice = z.infer<typeof choiceSchema>;

export const MAX_CHOICES = 120;
export const MAX_CHOSEN_TOOLS = 400;

export const gateDecisionSchema = z.strictObject({
  by: z.enum(['begin', 'call', 'operator']),
  at: z.int(),
  asked: z.strictObject({
    description: text(4_000).optional(),
    tags: z.array(text(64)).max(32),
    /** The call that opened it. */
    tool: text(300).optional(),
    /** `operator:ann`. */
    operator: text(300).optional(),
  }),
  prompts: z.array(choiceSchema).max(MAX_CHOICES),
  /** Prompts that the session may read, chosen or not. */
  promptsOf: z.int(),
  tools: z.strictObject({
    /** Listed, by the agents' names; with `isAll` those that fit best. */
    names: z.array(text(128)).max(MAX_CHOSEN_TOOLS),
    isAll: z.boolean(),
    /** That there were. */
    of: z.int(),
  }),
  /** Of the prompts given whole. */
  tokens: z.int(),
  selection: z.strictObject({
    by: z.enum(['tags', 'model', 'operator']),
    model: text(128).optional(),
    ms: z.number(),
    /** References that a model named and that there are not. */
    unknown: z.int().optional(),
    /** Why the rules answered in the place of a model. */
    fallback: text(500).optional(),
  }),
});
export type GateDecision = z.infer<typeof gateDecisionSchema>;

/** An open gate. Its id says who is behind the session: the same again after a reconnect. */
export const gateSchema = z.strictObject({
  id: z.string(),
  project: nameSchema,
  /** Session in which it was opened, and its client. */
  session: z.string(),
  client: text(200),
  openedAt: z.int(),
  /** The last is the newest. */
  decisions: z.array(gateDecisionSchema).min(1).max(20),
});
export type GateRow = z.infer<typeof gateSchema>;
