/** The name under which agents see a server's tool or prompt. */
import { createHash } from 'node:crypto';

export const SEPARATOR = '__';

/** Model APIs take `[A-Za-z0-9_-]{1,64}`. */
export const MAX_NAME_LENGTH = 64;

const HASH_LENGTH = 6;

export interface QualifiedName {
  readonly name: string;
  /** It was cut to fit; the name ends in a hash of the whole one. */
  readonly isCut: boolean;
}

/** `prefix` "" leaves the name as it is. Stable: the same input always gives the same name. */
export function qualifyName(prefix: string, name: string): QualifiedName {
  if (prefix === '') return { name, isCut: false };
  const full = (prefix + SEPARATOR + name).replace(/[^A-Za-z0-9_-]/g, '_');
  if (full.length <= MAX_NAME_LENGTH) return { name: full, isCut: false };
  const hash = createHash('sha256').update(`${prefix}${SEPARATOR}${name}`).digest('hex').slice(0, HASH_LENGTH);
  return { name: `${full.slice(0, MAX_NAME_LENGTH - HASH_LENGTH - 1)}_${hash}`, isCut: true };
}
