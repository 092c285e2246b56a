/** Makes the name under which agents see a server's tool or prompt. */
import type { Naming } from '../types/lists.ts';
import { createHash } from 'node:crypto';

export const SEPARATOR = '__';

/** Model APIs take `[A-Za-z0-9_-]{1,64}`. */
export const MAX_NAME_LENGTH = 64;

const HASH_LENGTH = 6;

export const DEFAULT_NAMING: Naming = { limit: MAX_NAME_LENGTH, clientPrefix: undefined };

/** Characters that are left for a name. */
export function roomFor({ limit, clientPrefix = '' }: Naming): number {
  return limit - clientPrefix.length;
}

export interface QualifiedName {
  readonly name: string;
  /** It was cut to fit; the name ends in a hash of the whole one. */
  readonly isCut: boolean;
}

/** `prefix` "" leaves the name as it is. Stable: the same input always gives the same name. */
export function qualifyName(prefix: string, name: string, maxChars: number = MAX_NAME_LENGTH): QualifiedName {
  if (prefix === '') return { name, isCut: false };
  const full = (prefix + SEPARATOR + name).replace(/[^A-Za-z0-9_-]/g, '_');
  if (full.length <= maxChars) return { name: full, isCut: false };
  return { name: hashedName(prefix, name, maxChars), isCut: true };
}

/** One that ends in a hash, for what is too long or would be taken for another. */
export function hashedName(prefix: string, name: string, maxChars: number): string {
  const whole = prefix + SEPARATOR + name;
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, HASH_LENGTH);
  return `${whole.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, maxChars - HASH_LENGTH - 1)}_${hash}`;
}
