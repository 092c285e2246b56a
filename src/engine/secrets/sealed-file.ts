/**
 * Seals secrets into one file with AES-256-GCM. The key lies beside it in a file of its own (0600), so that the secrets can be
 * backed up without it. Under a new key, all is sealed anew before the old key goes: whatever ends the engine in between,
 * one of the two opens the file.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { EpochMs } from '../../kernel/clock.ts';
import { errnoOf, McptuiError, messageOf } from '../../kernel/errors.ts';
import { readPrivately, writePrivately } from '../access/private-file.ts';

const FORMAT = 3;

const fileSchema = z.strictObject({
  /** 1: of what is kept only the value is known; 2: since when, too; 3: with earlier values. */
  format: z.union([z.literal(1), z.literal(2), z.literal(FORMAT)]),
  /** Base64 of 12 bytes, fresh at every write. */
  nonce: z.base64(),
  tag: z.base64(),
  /** Base64 of the encrypted JSON. */
  data: z.base64(),
});

const valueFields = { value: z.string(), setAt: z.int().optional(), version: z.int().min(1) };
const entrySchema = z.strictObject({ ...valueFields, older: z.array(z.strictObject(valueFields)) });
const contentSchema = z.strictObject({
  /** Key of the fingerprints: stays when the key of the file does not. */
  marking: z.base64(),
  secrets: z.record(z.string(), entrySchema),
});
const valuesSchema = z.record(z.string(), z.string());
const datedSchema = z.record(z.string(), z.strictObject({ value: z.string(), setAt: z.int().optional() }));

export interface KeptValue {
  readonly value: string;
  /** Unknown of what an earlier version kept. */
  readonly setAt?: EpochMs | undefined;
  /** From 1. */
  readonly version: number;
}

export interface KeptEntry extends KeptValue {
  /** Newest first. */
  readonly older: readonly KeptValue[];
}

export interface Content {
  readonly marking: string;
  readonly secrets: Readonly<Record<string, KeptEntry>>;
}

/** How files are written and removed: a test ends it between two of them. */
export interface PrivateFiles {
  write(file: string, text: string): Promise<void>;
  remove(file: string): Promise<void>;
}

const realFiles: PrivateFiles = { write: writePrivately, remove: (file) => rm(file, { force: true }) };

const KEY_BYTES = 32;
const sealOf = (format: number): Buffer => Buffer.from(`mcptui secrets ${format}`);

/** Equal values have equal ones; without the file nobody can try values against it. */
export function fingerprintOf({ marking }: Pick<Content, 'marking'>, value: string): string {
  return createHmac('sha256', Buffer.from(marking, 'base64')).update(value).digest('hex').slice(0, 12);
}

export class SealedFile {
  readonly #dataFile: string;
  readonly #keyFile: string;
  readonly #nextKeyFile: string;
  readonly #files: PrivateFiles;

  /** Keeps `secrets.json` and `secrets.key` in `folder` (0700). */
  constructor(folder: string, files: PrivateFiles = realFiles) {
    this.#dataFile = path.join(folder, 'secrets.json');
    this.#keyFile = path.join(folder, 'secrets.key');
    this.#nextKeyFile = path.join(folder, 'secrets.key.next');
    this.#files = files;
  }

  /** @throws McptuiError `unavailable`, `not-found` and `denied` of the key */
  async read(): Promise<Content> {
    return (await this.#open()).content;
  }

  /** One change after another: the caller sees to that. The key is made when there is none. */
  async write(content: Content): Promise<void> {
    await this.#settle();
    const key = await readKey(this.#keyFile).catch(async (error: unknown) => {
      if (!(error instanceof McptuiError) || error.code !== 'not-found') throw error;
      const made = randomBytes(KEY_BYTES);
      await this.#writeKey(this.#keyFile, made);
      return made;
    });
    await this.#seal(content, key);
  }

  /** Seals all of it under a new key. @throws McptuiError; then the old key, or the new one, opens it still */
  async rekey(): Promise<void> {
    await this.#settle();
    const { content } = await this.#open();
    const next = randomBytes(KEY_BYTES);
    await this.#writeKey(this.#nextKeyFile, next);
    await this.#seal(content, next);
    await this.#writeKey(this.#keyFile, next);
    await this.#files.remove(this.#nextKeyFile);
  }

  /** Ends what an earlier engine had begun: the key that opens the file is its key. */
  async #settle(): Promise<void> {
    const next = await readNext(this.#nextKeyFile);
    if (next === undefined) return;
    const { isNext } = await this.#open();
    if (isNext) await this.#writeKey(this.#keyFile, next);
    await this.#files.remove(this.#nextKeyFile);
  }

  async #open(): Promise<{ readonly content: Content; readonly isNext: boolean }> {
    try {
      return await this.#tryToOpen();
    } catch (error) {
      // The file and its key may just have been changed, one after the other.
      if (!(error instanceof WrongKey)) throw error;
      return this.#tryToOpen().catch((again: unknown) => {
        throw again instanceof WrongKey ? this.#closed(again.cause) : again;
      });
    }
  }

  async #tryToOpen(): Promise<{ readonly content: Content; readonly isNext: boolean }> {
    let text: string;
    try {
      text = await readPrivately(this.#dataFile);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return { content: emptyContent(), isNext: false };
      throw unavailable(`secrets file unreadable: ${errnoOf(error) ?? messageOf(error)}`, error);
    }
    const key = await readKey(this.#keyFile);
    try {
      return { content: opened(text, key), isNext: false };
    } catch (error) {
      const next = await readNext(this.#nextKeyFile);
      try {
        if (next !== undefined) return { content: opened(text, next), isNext: true };
      } catch {
        // Neither opens it.
      }
      throw new WrongKey('', { cause: error });
    }
  }

  async #seal(content: Content, key: Buffer): Promise<void> {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(sealOf(FORMAT));
    const data = Buffer.concat([cipher.update(JSON.stringify(content), 'utf8'), cipher.final()]);
    const sealed: z.infer<typeof fileSchema> = {
      format: FORMAT,
      nonce: nonce.toString('base64'),
      tag: cipher.getAuthTag().toString('base64'),
      data: data.toString('base64'),
    };
    await this.#files.write(this.#dataFile, `${JSON.stringify(sealed)}\n`);
  }

  #writeKey(file: string, key: Buffer): Promise<void> {
    return this.#files.write(file, `${key.toString('base64')}\n`);
  }

  #closed(cause: unknown): McptuiError {
    return unavailable(`${this.#dataFile} cannot be opened with ${this.#keyFile}: wrong key or changed file`, cause);
  }
}

class WrongKey extends Error {}

const emptyContent = (): Content => ({ marking: randomBytes(32).toString('base64'), secrets: {} });

function opened(text: string, key: Buffer): Content {
  const sealed = fileSchema.parse(JSON.parse(text));
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.nonce, 'base64'));
  decipher.setAAD(sealOf(sealed.format)).setAuthTag(Buffer.from(sealed.tag, 'base64'));
  const plain = Buffer.concat([decipher.update(Buffer.from(sealed.data, 'base64')), decipher.final()]);
  const kept: unknown = JSON.parse(plain.toString('utf8'));
  switch (sealed.format) {
    case FORMAT:
      return contentSchema.parse(kept);
    case 2:
      return upgraded(Object.entries(datedSchema.parse(kept)));
    case 1:
      return upgraded(Object.entries(valuesSchema.parse(kept)).map(([name, value]) => [name, { value }]));
  }
}

function upgraded(entries: readonly (readonly [string, Omit<KeptValue, 'version'>])[]): Content {
  const secrets = entries.map(([name, kept]) => [name, { ...kept, version: 1, older: [] }] as const);
  return { ...emptyContent(), secrets: Object.fromEntries(secrets) };
}

async function readKey(file: string): Promise<Buffer> {
  try {
    const { mode } = await stat(file);
    if ((mode & 0o077) !== 0) {
      throw new McptuiError('denied', `key file ${file} is readable by others`, { hint: `chmod 600 ${file}` });
    }
    const key = Buffer.from((await readPrivately(file)).trim(), 'base64');
    if (key.length !== KEY_BYTES) throw unavailable(`key file ${file} does not hold a 256-bit key`);
    return key;
  } catch (error) {
    if (error instanceof McptuiError) throw error;
    const errno = errnoOf(error) ?? messageOf(error);
    if (errno === 'ENOENT') {
      const hint = 'put it back from a backup: without it nobody can read the secrets';
      throw new McptuiError('not-found', `key file ${file} is missing`, { hint, cause: error });
    }
    throw unavailable(`key file unreadable: ${errno}`, error);
  }
}

/** Of a change of keys that was not ended. */
async function readNext(file: string): Promise<Buffer | undefined> {
  try {
    return await readKey(file);
  } catch (error) {
    if (error instanceof McptuiError && error.code === 'not-found') return undefined;
    throw error;
  }
}

function unavailable(message: string, cause?: unknown): McptuiError {
  return new McptuiError('unavailable', message, { cause });
}
