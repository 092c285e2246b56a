/** Names public keys by their fingerprints and checks what was signed with them: Ed25519, of Node's own. Pure. */
import { createPublicKey, hash, verify } from 'node:crypto';
import { canonicalBytes } from './canonical.ts';

/** The id of a public key, given as base64 of its SPKI. */
export function keyIdOf(publicKey: string): string {
  return hash('sha256', Buffer.from(publicKey, 'base64'), 'hex').slice(0, 32);
}

/** Whether `value` was made over `signed` with the private half of an Ed25519 key. What is no key has signed nothing. */
export function isSignedBy(publicKey: string, signed: unknown, value: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    const bytes = Buffer.from(value, 'base64');
    // Node reads base64 leniently: another spelling of the same bytes is another text.
    if (key.asymmetricKeyType !== 'ed25519' || bytes.toString('base64') !== value) return false;
    return verify(null, canonicalBytes(signed), key, bytes);
  } catch {
    return false;
  }
}
