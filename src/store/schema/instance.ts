/**
 * Defines the part of an instance that outlives the engine: what was wanted of it, how its attempts went, its last
 * events.
 */
import * as z from 'zod';
import { failureSchema } from './failure.ts';

export const retryStateSchema = z.strictObject({
  attemptCount: z.int().min(1),
  lastAttemptAt: z.int(),
  nextRetryAt: z.int(),
  reason: z.string(),
  /** When it is due by a clock that nobody sets, for an engine that takes the wait up. */
  due: z.strictObject({ boot: z.string(), atMs: z.number() }).optional(),
});

export const instanceEventSchema = z.strictObject({
  at: z.int(),
  kind: z.string(),
  message: z.string(),
  /** How often it happened in a row, and since when. */
  count: z.int().min(1).default(1),
  since: z.int().optional(),
});

export const imageSchema = z.strictObject({
  id: z.string(),
  digest: z.string().optional(),
  /** What the name means by now, as told in an event. */
  namedId: z.string().optional(),
});

export const instanceSchema = z.strictObject({
  id: z.string(),
  serverId: z.string(),
  /** `<server>-<ordinal>`, ordinal from 1. */
  name: z.string(),
  ordinal: z.int().min(1),
  desired: z.enum(['running', 'stopped']),
  /** Who asked for the desired state, and when. */
  desiredBy: z.string(),
  desiredAt: z.int(),
  /** An operator stopped retries; `retry now` ends it. */
  held: z.boolean().default(false),
  retry: retryStateSchema.optional(),
  failure: failureSchema.optional(),
  restarts: z.int().min(0).default(0),
  /** Counts starts: labels of containers and process markers carry it. */
  generation: z.int().min(0).default(0),
  /** Revision of the definition that it was last started with. */
  revision: z.int().min(1).optional(),
  /** What its containers are made of: recorded at its first start, and run until an operator asks for another. */
  image: imageSchema.optional(),
  events: z.array(instanceEventSchema).max(50).default([]),
  createdAt: z.int(),
});

export type Instance = z.infer<typeof instanceSchema>;
export type RetryState = z.infer<typeof retryStateSchema>;
export type InstanceEvent = z.infer<typeof instanceEventSchema>;
