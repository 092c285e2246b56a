/**
 * Keeps who may connect over TCP: named tokens, of which the file holds hashes only. Written by the engine that owns the data folder
 * and by nobody else, so what was read once stays true.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import path from 'node:path';
import * as z from 'zod';
import type { Clock, EpochMs } from '../../kernel/clock.ts';
import { errnoOf, McptuiError, messageOf } from '../../kernel/errors.ts';
import { readPrivately, writePrivately } from './private-file.ts';

const fileSchema = z.strictObject({
  format: z.literal(1),
  tokens: z.array(
    z.strictObject({
      name: z.string(),
      /** Hex, of the token. */
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      /** It reaches the operator's API too, not only MCP. */
      isOperator: z.boolean(),
      /** Absent = all of them. */
      projects: z.array(z.string()).nonempty().optional(),
      agents: z.array(z.string()).nonempty().optional(),
      createdAt: z.iso.datetime(),
    }),
  ),
});
type Names = [string, ...string[]];
type StoredToken = z.infer<typeof fileSchema>['tokens'][number];

/** What a token is good for; absent = all projects, whoever the agent. */
export interface TokenScope {
  readonly projects?: readonly string[] | undefined;
  readonly agents?: readonly string[] | undefined;
}

export interface NewToken extends TokenScope {
  readonly isOperator: boolean;
  /** Gets the token before it is valid. */
  readonly first?: ((token: string) => Promise<void>) | undefined;
}

export interface TokenInfo extends TokenScope {
  readonly name: string;
  readonly isOperator: boolean;
  readonly createdAt: EpochMs;
}

/** How a token's holder is called. */
export function tokenPrincipal(name: string): string {
  return `token/${name}`;
}

export interface AccessTokens {
  list(): Promise<readonly TokenInfo[]>;
  /** Returns the token, which is kept nowhere. @throws McptuiError `conflict` when the name is taken, `invalid`, `unavailable` */
  create(name: string, options?: NewToken): Promise<string>;
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
    async create(name, { isOperator, first, projects, agents } = { isOperator: false }) {
      if (!NAME.test(name)) {
        throw new McptuiError('invalid', `token ${JSON.stringify(name)}: use a-z, digits and -, at most 63`);
      }
      if (name === GIVEN_NAME)
        throw new McptuiError('invalid', `token ${name} is that of MCPTUI_TOKEN: use another name`);
      const scope = scopeOf({ projects, agents });
      if (isOperator && (scope.projects ?? scope.agents) !== undefined) {
        throw new McptuiError('invalid', 'an operator can do everything: a token for it has no projects and no agents');
      }
      const tokens = await read();
      if (tokens.some((one) => one.name === name)) throw new McptuiError('conflict', `token ${name} exists`);
      const token = PREFIX + nonce();
      const createdAt = new Date(clock.now()).toISOString();
      await first?.(token);
      await write([...tokens, { name, sha256: hashOf(token).toString('hex'), isOperator, ...scope, createdAt }]);
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

function infoOf({ name, isOperator, projects, agents, createdAt }: StoredToken): TokenInfo {
  return { name, isOperator, ...scopeOf({ projects, agents }), createdAt: Date.parse(createdAt) };
}

/** @throws McptuiError `invalid` for an empty name */
function scopeOf({ projects = [], agents = [] }: TokenScope): { projects?: Names; agents?: Names } {
  if ([...projects, ...agents].includes(''))
    throw new McptuiError('invalid', 'a project or agent of a token needs a name');
  const [project, ...moreProjects] = new Set(projects);
  const [agent, ...moreAgents] = new Set(agents);
  return {
    ...(project === undefined ? {} : { projects: [project, ...moreProjects] }),
    ...(agent === undefined ? {} : { agents: [agent, ...moreAgents] }),
  };
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
