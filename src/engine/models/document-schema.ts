/** Describes a model as JSON that is given and shown: as its YAML, with variables as `NAME: text` and its key as a reference. */
import * as z from 'zod';
import { modelFields, modelRunSchema } from '../../store/schema/model.ts';

const text = z.string();

export const modelDocumentSchema = z.strictObject({
  ...modelFields,
  url: modelFields.url.exactOptional(),
  model: modelFields.model.exactOptional(),
  timeoutMs: modelFields.timeoutMs.optional(),
  allowPrivate: modelFields.allowPrivate.optional(),
  /** `secret:file/NAME` */
  key: text.exactOptional(),
  run: modelRunSchema.extend({ env: z.record(text, text).optional() }).exactOptional(),
});
