/** Hashes a content, which identifies it: SHA-256 over its RFC 8785 canonical JSON, so that the order of keys never matters. */
import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Json } from '../../kernel/json.ts';

/** 64 hex digits. */
export function contentHash(content: Json): string {
  const text = canonicalize(content);
  if (text === undefined) throw new Error('content without a canonical form');
  return hash('sha256', text, 'hex');
}
