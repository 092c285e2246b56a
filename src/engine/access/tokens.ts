/**
 * Who may connect over TCP: named tokens, of which the file holds hashes only. Written by the engine that owns the data folder
 * and by nobody else, so what was read once stays true.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import type { Clock, EpochMs } from '../../clock.ts';
import { errnoOf, McptuiError, messageOf } from '../../errors.ts';
import { readPrivately, writePrivately } from '../private-file.ts';

const fileSchema = z.strictObject({
  format: z.literal(1),
  tokens: z.array(
    z.strictObject({
      name: z.string(),
      /** Hex, of the token. */
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      /** It reaches the operator's API too, not only MCP. */
      isOperator: z.boolean(),
      createdAt: z.iso.datetime(),
    }),
  ),
});
type StoredToken = z.infer<typeof fileSchema>['tokens'][number];

export interface TokenInfo {
  readonly name: string;
  readonly isOperator: boolean;
  readonly createdAt: EpochMs;
}

export interface AccessTokens {
  list(): Promise<readonly TokenInfo[]>;
  /** Returns the token, which is kept nowhere; `first` gets it before it is valid. @throws McptuiError `conflict` when the name is taken, `invalid`, `unavailable` */
  create(name: string, isOperator: boolean, first?: (token: string) => Promise<void>): Promise<string>;
  /** @throws McptuiError `not-found` */
  remove(name: string): Promise<void>;
  /** Whose token this is. Takes as long for a wrong one as for a right one. */
  find(token: string): Promise<TokenInfo | undefined>;
  /** Accepts a token of the environment for as long as this engine runs. @throws McptuiError `invalid` for a short one */
  accept(token: string): void;
}

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
const PREFIX = 'mcptui_';
/** Of the token in `MCPTUI_TOKEN`. */
const GIVEN_NAME = 'environment';
/** Nobody guesses so many characters. */
const MIN_GIVEN_CHARS = 24;

/** Keeps `tokens.json` in `folder`. */
export function fileTokens(folder: string, clock: Clock, nonce: () => string): AccessTokens {
  const file = path.join(folder, 'tokens.json');
  const given: StoredToken[] = [];
  let stored: Promise<readonly StoredToken[]> | undefined;
  const read = (): Promise<readonly StoredToken[]> => {
    const reading = (stored ??= readTokens(file));
    // What could not be read may be readable the next time.
    reading.catch(() => {
      if (stored === reading) stored = undefined;
    });
    return reading;
  };

  async function write(tokens: readonly StoredToken[]): Promise<void> {
    await writePrivately(file, `${JSON.stringify({ format: 1, tokens }, null, 2)}\n`);
    stored = Promise.resolve(tokens);
  }

  return {
    list: async () => [...(await read()), ...given].map(infoOf),
    async create(name, isOperator, first) {
      if (!NAME.test(name)) {
        throw new McptuiError('invalid', `token ${JSON.stringify(name)}: use a-z, digits and -, at most 63`);
      }
      if (name === GIVEN_NAME)
        throw new McptuiError('invalid', `token ${name} is that of MCPTUI_TOKEN: use another name`);
      const tokens = await read();
      if (tokens.some((one) => one.name === name)) throw new McptuiError('conflict', `token ${name} exists`);
      const token = PREFIX + nonce();
      const createdAt = new Date(clock.now()).toISOString();
      await first?.(token);
      await write([...tokens, { name, sha256: hashOf(token).toString('hex'), isOperator, createdAt }]);
      return token;
    },
    async remove(name) {
      const tokens = await read();
      const left = tokens.filter((one) => one.name !== name);
      if (left.length === tokens.length) {
        throw new McptuiError('not-found', `no token ${name}`, { hint: 'mcptui get tokens' });
      }
      await write(left);
    },
    async find(token) {
      const hash = hashOf(token);
      let found: StoredToken | undefined;
      for (const one of [...(await read()), ...given]) {
        if (timingSafeEqual(hash, Buffer.from(one.sha256, 'hex'))) found = one;
      }
      return found === undefined ? undefined : infoOf(found);
    },
    accept(token) {
      if (token.length < MIN_GIVEN_CHARS) {
        throw new McptuiError('invalid', `the token in MCPTUI_TOKEN has under ${MIN_GIVEN_CHARS} characters`);
      }
      const createdAt = new Date(clock.now()).toISOString();
      given.push({ name: GIVEN_NAME, sha256: hashOf(token).toString('hex'), isOperator: false, createdAt });
    },
  };
}

function infoOf({ name, isOperator, createdAt }: StoredToken): TokenInfo {
  return { name, isOperator, createdAt: Date.parse(createdAt) };
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

async function readTokens(file: string): Promise<readonly StoredToken[]> {
  try {
    return fileSchema.parse(JSON.parse(await readPrivately(file))).tokens;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    if (error instanceof McptuiError) throw error;
    const why = errnoOf(error) ?? (error instanceof z.ZodError ? 'not a list of tokens' : messageOf(error));
    throw new McptuiError('unavailable', `${file} cannot be read: ${why}`, { cause: error });
  }
}
