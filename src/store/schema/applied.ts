/** Checks records of what was applied: labels of a resource, and who owns which of its fields. */
import * as z from 'zod';

const hash = z.string().regex(/^[0-9a-f]{0,32}$/);

export const appliedSchema = z.strictObject({
  /** `server/gitea`. */
  id: z.string(),
  kind: z.string(),
  ref: z.string(),
  labels: z.record(z.string(), z.string()).default({}),
  /** Field as a JSON pointer → who applies it → hash of the value that it had then. */
  owners: z.record(z.string(), z.record(z.string(), hash)).default({}),
  updatedAt: z.int(),
  updatedBy: z.string(),
});
export type Applied = z.infer<typeof appliedSchema>;
