/** Encrypts the private half of an operator's key under a passphrase: scrypt and AES-256-GCM, of Node's own. */
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  generateKeyPairSync,
  randomBytes,
  scrypt,
  sign,
} from 'node:crypto';
import * as z from 'zod';
import { McptuiError } from '../../kernel/errors.ts';
import { canonicalBytes } from './canonical.ts';
import { documentOf, type DecisionDraft, type Signature } from './document.ts';
import { keyIdOf } from './public-key.ts';

/** 64 MiB and about a quarter of a second for each guess. */
const COST = { N: 2 ** 16, r: 8, p: 1 } as const;
const MAX_MEMORY = 256 * 1024 * 1024;
export const MIN_PASSPHRASE = 8;

export const keyFileSchema = z.strictObject({
  format: z.literal('mcptui-key/1'),
  id: z.string(),
  name: z.string(),
  subject: z.string(),
  publicKey: z.base64(),
  scrypt: z.strictObject({
    N: z
      .int()
      .min(2 ** 14)
      .max(2 ** 17),
    r: z.int().min(1).max(8),
    p: z.int().min(1).max(4),
    salt: z.base64(),
  }),
  iv: z.base64(),
  tag: z.base64(),
  sealed: z.base64(),
});
export type KeyFile = z.infer<typeof keyFileSchema>;

/** The public half, as it is registered; `proof` shows that who registers it has the private half. */
export interface PublicHalf {
  readonly name: string;
  readonly subject: string;
  readonly publicKey: string;
  readonly proof: string;
}

/** What the proof of a new key is over. */
export function possession({ name, subject, publicKey }: Omit<PublicHalf, 'proof'>): object {
  return { format: 'mcptui-key/1', name, subject, publicKey };
}

/** A private key in the memory of this process alone. */
export class OpenKey {
  readonly id: string;
  readonly name: string;
  readonly subject: string;
  readonly publicKey: string;
  readonly #pkcs8: Buffer;
  #isForgotten = false;

  constructor({ id, name, subject, publicKey }: Pick<KeyFile, 'id' | 'name' | 'subject' | 'publicKey'>, pkcs8: Buffer) {
    this.id = id;
    this.name = name;
    this.subject = subject;
    this.publicKey = publicKey;
    this.#pkcs8 = pkcs8;
  }

  get isForgotten(): boolean {
    return this.#isForgotten;
  }

  /** @throws McptuiError `denied` once it is forgotten */
  sign(draft: DecisionDraft): Signature {
    const { id: key, subject: by } = this;
    return { key, at: draft.at, head: draft.head, value: this.#over(documentOf(draft, { by, key })) };
  }

  publicHalf(): PublicHalf {
    const { name, subject, publicKey } = this;
    return { name, subject, publicKey, proof: this.#over(possession(this)) };
  }

  /** Overwrites it. */
  forget(): void {
    this.#pkcs8.fill(0);
    this.#isForgotten = true;
  }

  #over(value: unknown): string {
    if (this.#isForgotten) throw new McptuiError('denied', `key ${this.name} is locked`);
    const key = createPrivateKey({ key: this.#pkcs8, format: 'der', type: 'pkcs8' });
    return sign(null, canonicalBytes(value), key).toString('base64');
  }
}

/** A new pair: what is kept of it, and the key itself. @throws McptuiError `invalid` for a short passphrase */
export async function makeKey(
  { name, subject }: { readonly name: string; readonly subject: string },
  passphrase: string,
): Promise<{ readonly file: KeyFile; readonly key: OpenKey }> {
  if (passphrase.length < MIN_PASSPHRASE) {
    throw new McptuiError('invalid', `the passphrase is shorter than ${MIN_PASSPHRASE} characters`, {
      hint: 'several words that belong together nowhere else are good ones',
    });
  }
  const pair = generateKeyPairSync('ed25519');
  const pkcs8 = pair.privateKey.export({ format: 'der', type: 'pkcs8' });
  const publicKey = pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const known = { format: 'mcptui-key/1' as const, id: keyIdOf(publicKey), name, subject, publicKey };
  const salt = randomBytes(16);
  const iv = randomBytes(12);
  const secret = await derived(passphrase, { ...COST, salt: salt.toString('base64') });
  const cipher = createCipheriv('aes-256-gcm', secret, iv);
  cipher.setAAD(canonicalBytes(known));
  const sealed = Buffer.concat([cipher.update(pkcs8), cipher.final()]);
  secret.fill(0);
  const file: KeyFile = {
    ...known,
    scrypt: { ...COST, salt: salt.toString('base64') },
    iv: iv.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    sealed: sealed.toString('base64'),
  };
  return { file, key: new OpenKey(known, pkcs8) };
}

/** @throws McptuiError `denied` when the passphrase is not the one, or the file was changed */
export async function openKey(file: KeyFile, passphrase: string): Promise<OpenKey> {
  const { scrypt: how, iv, tag, sealed, ...known } = file;
  const secret = await derived(passphrase, how);
  try {
    const decipher = createDecipheriv('aes-256-gcm', secret, Buffer.from(iv, 'base64'), { authTagLength: 16 });
    decipher.setAAD(canonicalBytes(known));
    decipher.setAuthTag(Buffer.from(tag, 'base64'));
    return new OpenKey(known, Buffer.concat([decipher.update(Buffer.from(sealed, 'base64')), decipher.final()]));
  } catch {
    throw new McptuiError('denied', `that is not the passphrase of key ${file.name}`, {
      hint: 'type it again; without it the key signs nothing: another registered key can vouch for a new one',
    });
  } finally {
    secret.fill(0);
  }
}

function derived(passphrase: string, { N, r, p, salt }: KeyFile['scrypt']): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { N, r, p, maxmem: MAX_MEMORY };
    scrypt(passphrase.normalize('NFC'), Buffer.from(salt, 'base64'), 32, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
