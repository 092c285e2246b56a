/** Writes a value as RFC 8785 canonical JSON, the one form that is hashed and signed. Pure. */
import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';

export function canonicalBytes(value: unknown): Buffer {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('nothing has no canonical form');
  return Buffer.from(text, 'utf8');
}

/** 64 hex digits. */
export function canonicalHash(value: unknown): string {
  return hash('sha256', canonicalBytes(value), 'hex');
}
