/** Two small collections, and one whose rows have bodies. */
import * as z from 'zod';
import type { WithBody } from '../../../src/store/index.ts';

const itemSchema = z.strictObject({ id: z.string(), value: z.int() });
const tagSchema = z.strictObject({ id: z.string(), text: z.string().default('none') });

export interface Shape {
  readonly [name: string]: { readonly id: string };
  readonly items: z.infer<typeof itemSchema>;
  readonly tags: z.infer<typeof tagSchema>;
}

const noteSchema = z.strictObject({ id: z.string(), title: z.string(), text: z.string() });

export interface NotedShape extends Shape {
  readonly notes: WithBody<z.infer<typeof noteSchema>, 'text'>;
}

export const collections = {
  items: { noun: 'item', schema: itemSchema },
  tags: { noun: 'tag', schema: tagSchema },
} as const;

export const noted = { ...collections, notes: { noun: 'note', schema: noteSchema, body: 'text' } } as const;
