/** Checks records of what models have made of prompts: a line of summary and chapters, by the hash of the content. */
import * as z from 'zod';
import { hashSchema } from './content.ts';

export const digestSchema = z.strictObject({
  /** Hash of the content. */
  id: hashSchema,
  /** Hash of what the model was told to do: after an edit of that it is made anew. */
  told: z.string().max(64),
  at: z.int(),
  /** The model that has made it; absent where none has answered well. */
  model: z.string().max(256).optional(),
  summary: z.string().min(1).max(200).optional(),
  chapters: z
    .array(z.strictObject({ title: z.string().min(1).max(80), from: z.int().min(1), to: z.int().min(1) }))
    .max(64)
    .optional(),
  /** Why rules serve for what is not there. */
  failed: z.string().max(500).optional(),
  /** Hash of the models that there were when it failed: others may do better. */
  models: z.string().max(64).optional(),
});
export type Digest = z.infer<typeof digestSchema>;
