/** Describes what an operator may hand in about models, and checks its shape. */
import * as z from 'zod';
import { modelFields, warmKinds } from '../../store/schema/model.ts';
import { secretRefSchema } from '../../store/schema/remote.ts';

const url = modelFields.url.unwrap();

/** `url` may be left out where the kind has a usual one, `model` where only one is behind it: what is managed. */
export const modelDraft = z
  .strictObject({ ...modelFields, url: url.exactOptional(), model: modelFields.model.exactOptional() })
  .partial({ timeoutMs: true, allowPrivate: true });
export type ModelDraft = z.input<typeof modelDraft>;

/** What is not named stays; null takes a key or a bound away. */
export const modelPatch = z.strictObject({
  url: url.exactOptional(),
  model: modelFields.model.exactOptional(),
  tier: modelFields.tier.exactOptional(),
  key: secretRefSchema.nullable().exactOptional(),
  timeoutMs: z.int().exactOptional(),
  dailyTokens: z.int().nullable().exactOptional(),
  allowPrivate: z.boolean().exactOptional(),
  /** Of a managed one. */
  warm: z.enum(warmKinds).exactOptional(),
  idleMs: z.int().exactOptional(),
});
export type ModelPatch = z.input<typeof modelPatch>;

/** Some fields of a model, or the whole of it as YAML. */
export const modelChange = z.union([modelPatch, z.strictObject({ text: z.string() })]);
export type ModelChange = z.input<typeof modelChange>;

export const modelChangeOptions = z.strictObject({
  /** Version that the change was made on: refused with `conflict` when another one is there by now. */
  expected: z.int().min(1).exactOptional(),
});
export type ModelChangeOptions = z.input<typeof modelChangeOptions>;
