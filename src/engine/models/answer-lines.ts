/** Reads lines of text out of what a model answered: data from outside, of which nothing counts that breaks a limit. Pure. */
import type { Json, JsonObject } from '../../kernel/json.ts';
import { plainLine } from '../../kernel/one-line.ts';

/** Characters of one line that are looked at: more is no line. */
const MAX_LOOKED_AT = 4_096;

/** What could be read, or what is wrong with it. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** A clean line; one that is longer than asked for is none. `what`: for the reason. */
export function readLine(text: Json | undefined, max: number, what: string): Read<string> {
  if (typeof text !== 'string') return bad(`${what} is missing`);
  const isLong = text.length > MAX_LOOKED_AT;
  const line = isLong ? '' : plainLine(text, MAX_LOOKED_AT);
  const length = isLong ? text.length : line.length;
  if (length > max) return bad(`${what} has ${length} characters, and ${max} are the most`);
  return /[\p{L}\p{N}]/u.test(line) ? { ok: true, value: line } : bad(`${what} has no words`);
}

export function memberOf(value: Json | undefined, key: string): Json | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && Object.hasOwn(value, key) ? (value as JsonObject)[key] : undefined;
}

export const bad = (reason: string): { readonly ok: false; readonly reason: string } => ({ ok: false, reason });

/** JSON Schema of an object with all of these. */
export function objectOf(properties: JsonObject): JsonObject {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}
