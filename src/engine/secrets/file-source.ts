/**
 * Keeps secrets in one file encrypted with AES-256-GCM: `file/NAME`. The key lives beside it in a file of its own (0600), so
 * that the secrets can be backed up without it. The file is read afresh at each start: what was rotated is used next time.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { Clock, EpochMs } from '../../kernel/clock.ts';
import { defined } from '../../kernel/defined.ts';
import { errnoOf, McptuiError, messageOf } from '../../kernel/errors.ts';
import type { FileSecrets } from './secret-source.ts';
import { readPrivately, writePrivately } from '../access/private-file.ts';

const fileSchema = z.strictObject({
  /** 1: of what is kept only the value is known. */
  format: z.union([z.literal(1), z.literal(2)]),
  /** Base64 of 12 bytes, fresh at every write. */
  nonce: z.base64(),
  tag: z.base64(),
  /** Base64 of the encrypted JSON object: name → value, and since when. */
  data: z.base64(),
});
const valuesSchema = z.record(z.string(), z.string());
const entriesSchema = z.record(z.string(), z.strictObject({ value: z.string(), setAt: z.int().optional() }));
const KEY_BYTES = 32;
const sealOf = (format: 1 | 2): Buffer => Buffer.from(`mcptui secrets ${format}`);

interface Kept {
  readonly value: string;
  /** Unknown of what an earlier version kept. */
  readonly setAt?: EpochMs | undefined;
}
type Entries = Readonly<Record<string, Kept>>;

/** Keeps `secrets.json` and `secrets.key` in `folder` (0700). */
export function fileSecretSource(folder: string, clock: Pick<Clock, 'now'>): FileSecrets {
  const dataFile = path.join(folder, 'secrets.json');
  const keyFile = path.join(folder, 'secrets.key');
  let lastChange: Promise<unknown> = Promise.resolve();

  async function readEntries(): Promise<Entries> {
    let text: string;
    try {
      text = await readPrivately(dataFile);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return {};
      throw unavailable(`secrets file unreadable: ${errnoOf(error) ?? messageOf(error)}`, error);
    }
    const key = await readKey(keyFile);
    try {
      const sealed = fileSchema.parse(JSON.parse(text));
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.nonce, 'base64'));
      decipher.setAAD(sealOf(sealed.format)).setAuthTag(Buffer.from(sealed.tag, 'base64'));
      const plain = Buffer.concat([decipher.update(Buffer.from(sealed.data, 'base64')), decipher.final()]);
      const kept: unknown = JSON.parse(plain.toString('utf8'));
      if (sealed.format === 2) return entriesSchema.parse(kept);
      return Object.fromEntries(Object.entries(valuesSchema.parse(kept)).map(([name, value]) => [name, { value }]));
    } catch (error) {
      throw unavailable(`${dataFile} cannot be opened with ${keyFile}: wrong key or changed file`, error);
    }
  }

  async function writeEntries(entries: Entries): Promise<void> {
    const key = await readKey(keyFile).catch((error: unknown) => {
      if (error instanceof McptuiError && error.code === 'not-found') return createKey(keyFile);
      throw error;
    });
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(sealOf(2));
    const data = Buffer.concat([cipher.update(JSON.stringify(entries), 'utf8'), cipher.final()]);
    const sealed: z.infer<typeof fileSchema> = {
      format: 2,
      nonce: nonce.toString('base64'),
      tag: cipher.getAuthTag().toString('base64'),
      data: data.toString('base64'),
    };
    await writePrivately(dataFile, `${JSON.stringify(sealed)}\n`);
  }

  /** Two changes at once must not lose one of them. */
  function inTurn(change: () => Promise<void>): Promise<void> {
    const done = lastChange.then(change);
    lastChange = done.catch(() => undefined);
    return done;
  }

  return {
    async resolve(name) {
      try {
        const entries = await readEntries();
        const kept = Object.hasOwn(entries, name) ? entries[name] : undefined;
        if (kept === undefined) return { ok: false, cause: 'no such entry', isMissing: true };
        return { ok: true, value: kept.value };
      } catch (error) {
        if (error instanceof McptuiError) return { ok: false, cause: error.message };
        throw error;
      }
    },
    async entries() {
      const kept = Object.entries(await readEntries()).map(([name, { setAt }]) => ({ name, ...defined({ setAt }) }));
      return kept.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    set: (name, value) =>
      inTurn(async () => writeEntries({ ...(await readEntries()), [name]: { value, setAt: clock.now() } })),
    remove: (name) =>
      inTurn(async () => {
        const entries = await readEntries();
        if (!Object.hasOwn(entries, name)) throw new McptuiError('not-found', `no secret file/${name}`);
        await writeEntries(Object.fromEntries(Object.entries(entries).filter(([key]) => key !== name)));
      }),
  };
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

async function createKey(file: string): Promise<Buffer> {
  const key = randomBytes(KEY_BYTES);
  await writePrivately(file, `${key.toString('base64')}\n`);
  return key;
}

function unavailable(message: string, cause?: unknown): McptuiError {
  return new McptuiError('unavailable', message, { cause });
}
