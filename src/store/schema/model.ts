/** Checks records of models that help to choose and to sum up, and of what they have used. */
import * as z from 'zod';
import { secretRefSchema } from './remote.ts';
import { durationMs, envEntrySchema, limitsSchema, nameSchema, programSchema } from './server.ts';

/**
 * `openai`: chat completions of anything that speaks them; `anthropic`: messages; `ollama`: its own API; `managed`: a program
 * that the engine runs, and that speaks chat completions.
 */
export const modelKinds = ['openai', 'anthropic', 'ollama', 'managed'] as const;
export type ModelKind = (typeof modelKinds)[number];

export const modelTiers = ['fast', 'heavy', 'both'] as const;

const url = z
  .string()
  .max(2_048)
  .regex(/^https?:\/\/\S+$/, 'use http://HOST or https://HOST');

/** `always`: as long as the engine does. `need`: from when somebody is about to ask it, until nobody did for long. */
export const warmKinds = ['need', 'always'] as const;

/** Of a managed model: what is run, and when. */
export const modelRunSchema = z.strictObject({
  /** `{port}` in its words is the port that it is given. */
  source: programSchema,
  runtime: z.enum(['docker', 'process']),
  env: z.array(envEntrySchema).max(256).default([]),
  /** When it runs. */
  warm: z.enum(warmKinds).default('need'),
  /** Without a question for so long it stops. */
  idleMs: z
    .int()
    .min(1_000)
    .max(30 * 86_400_000)
    .default(15 * 60_000),
  /** Time to load, downloads included. */
  startTimeoutMs: durationMs.default(5 * 60_000),
  /** Of a container. */
  limits: limitsSchema.prefault({ memoryMiB: 8_192 }),
});
export type ModelRun = z.infer<typeof modelRunSchema>;

export const modelFields = {
  kind: z.enum(modelKinds),
  /** What its API's paths are put behind; `/v1` belongs to it where the API has one. A managed one has none of its own. */
  url: url.optional(),
  /** Of a managed one, and of no other. */
  run: modelRunSchema.optional(),
  /** As the API calls it. */
  model: z.string().min(1, 'say which model').max(256),
  tier: z.enum(modelTiers),
  key: secretRefSchema.optional(),
  /** Most time of one answer. */
  timeoutMs: z.int().min(100).max(600_000).default(30_000),
  /** Of all its answers of one day, in and out; absent = no bound. */
  dailyTokens: z.int().min(1).max(1_000_000_000_000).optional(),
  /** Addresses that are private and not this machine's own. */
  allowPrivate: z.boolean().default(false),
};

export const modelSchema = z.strictObject({
  id: z.string(),
  name: nameSchema,
  ...modelFields,
  createdAt: z.int(),
  updatedAt: z.int(),
});
export type Model = z.infer<typeof modelSchema>;

/** What a model has used on one day. */
export const modelUsageSchema = z.strictObject({
  /** Of the model. */
  id: z.string(),
  /** `2026-11-29`, UTC. */
  day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  asked: z.int(),
  failed: z.int(),
  tokensIn: z.int(),
  tokensOut: z.int(),
  ms: z.int(),
});
export type ModelUsage = z.infer<typeof modelUsageSchema>;
