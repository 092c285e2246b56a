/** Checks records of what pages have saved a session. */
import * as z from 'zod';

export const pageSavingsSchema = z.strictObject({
  /** Of the session. */
  id: z.string(),
  /** Who is behind it: the same again after a reconnect. */
  peer: z.string().max(100).optional(),
  /** Long answers that came in pages, or summed up. */
  answers: z.int().min(0),
  /** Pages that were given, those that came with the answers included. */
  pages: z.int().min(0),
  /** Estimate (≈) of what was not given, and not read since. */
  withheldTokens: z.number().min(0),
});
export type PageSavingsRow = z.infer<typeof pageSavingsSchema>;
