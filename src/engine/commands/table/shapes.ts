/** Schemas that arguments of many commands share. */
import * as z from 'zod';
import { contentKinds } from '../../../store/schema/content.ts';

/** A name, id, reference or text; the limit of a request's body bounds it. */
export const text = z.string();
export const flag = z.boolean();
export const count = z.int().min(0);
export const kind = z.enum(contentKinds);

/** An object that the command's own schema judges. */
export function judgedByCommand<T>(): z.ZodType<T> {
  return z.record(z.string(), z.json()) as unknown as z.ZodType<T>;
}
