/** Checks what projects say of long answers: whether agents get them in pages. */
import * as z from 'zod';

export const pageKinds = ['passthrough', 'paginate', 'sections', 'summarise'] as const;
/** What may be said of one server or tool. */
export const pageOverrides = ['off', 'paginate', 'sections', 'summarise'] as const;
const MAX_OVERRIDES = 256;

export const pageSettingsSchema = z.strictObject({
  /** What becomes of a long text: nothing, pages, the sections that it has, or a summary in front of them. */
  kind: z.enum(pageKinds).default('passthrough'),
  /** Of a page, at most; a text that has no more is not long. */
  pageTokens: z.int().min(200, 'use 200 to 200000').max(200_000, 'use 200 to 200000').default(8_000),
  /** By `SERVER` or `SERVER/TOOL`, by the server's own name of it: the nearer one counts. */
  overrides: z
    .record(z.string().min(1).max(300), z.enum(pageOverrides))
    .refine((value) => Object.keys(value).length <= MAX_OVERRIDES, `use at most ${MAX_OVERRIDES}`)
    .default({}),
});
export type PageSettings = z.infer<typeof pageSettingsSchema>;
