/** Describes what an operator may hand in about models, and checks its shape. */
import * as z from 'zod';
import { modelFields } from '../../store/schema/model.ts';

/** `url` may be left out where the kind has a usual one. */
export const modelDraft = z.strictObject({ ...modelFields, url: modelFields.url.exactOptional() }).partial({
  timeoutMs: true,
  allowPrivate: true,
});
export type ModelDraft = z.input<typeof modelDraft>;

/** What is not named stays; null takes a key or a bound away. */
export const modelChange = z.strictObject({
  url: modelFields.url.exactOptional(),
  model: modelFields.model.exactOptional(),
  tier: modelFields.tier.exactOptional(),
  key: modelFields.key.nullable().exactOptional(),
  timeoutMs: z.int().exactOptional(),
  dailyTokens: z.int().nullable().exactOptional(),
  allowPrivate: z.boolean().exactOptional(),
});
export type ModelChange = z.input<typeof modelChange>;
