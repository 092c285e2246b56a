/** Schemas that arguments of many commands share. */
import * as z from 'zod';
import { contentKinds } from '../../../store/schema/content.ts';
import { signatureSchema } from '../../signing/document.ts';

/** A name, id, reference or text; the limit of a request's body bounds it. */
export const text = z.string();
export const flag = z.boolean();
export const count = z.int().min(0);
export const kind = z.enum(contentKinds);

/** An object that the command's own schema judges. */
export function judgedByCommand<T>(): z.ZodType<T> {
  return z.record(z.string(), z.json()) as unknown as z.ZodType<T>;
}

/** Last argument of what a project may demand to be signed; other callers leave it out. */
export const signature = ['signature', signatureSchema.optional()] as const;
