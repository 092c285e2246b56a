/** Two small collections. */
import { z } from 'zod';

const itemSchema = z.strictObject({ id: z.string(), value: z.int() });
const tagSchema = z.strictObject({ id: z.string(), text: z.string().default('none') });

export interface Shape {
  readonly [name: string]: { readonly id: string };
  readonly items: z.infer<typeof itemSchema>;
  readonly tags: z.infer<typeof tagSchema>;
}

export const collections = {
  items: { noun: 'item', schema: itemSchema },
  tags: { noun: 'tag', schema: tagSchema },
} as const;
