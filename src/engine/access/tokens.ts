/**
 * Keeps who may connect over TCP: named tokens, of which the file holds hashes only. Written by the engine that owns the data folder
 * and by nobody else, so what was read once stays true.
 */
import { timingSafeEqual } from 'node:crypto';
import path from 'node:path';
import type { Clock, EpochMs, Timer } from '../../kernel/clock.ts';
import { defined } from '../../kernel/defined.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { writePrivately } from './private-file.ts';
import {
  hashOf,
  holderOf,
  isoTime,
  noToken,
  readTokens,
  scopeOf,
  type StoredToken,
  type TokenHolder,
  type TokenScope,
} from './token-file.ts';

export type { TokenHolder, TokenScope } from './token-file.ts';

export interface NewToken extends TokenScope, TokenHolder {
  readonly isOperator: boolean;
  /** Gets the token before it is valid. */
  readonly first?: ((token: string) => Promise<void>) | undefined;
}

export interface TokenInfo extends TokenScope, TokenHolder {
  readonly name: string;
  readonly isOperator: boolean;
  readonly createdAt: EpochMs;
  readonly lastUsedAt?: EpochMs | undefined;
}

/** How a token's holder is called. */
export function tokenPrincipal(name: string): string {
  return `token/${name}`;
}

export interface AccessTokens {
  list(): Promise<readonly TokenInfo[]>;
  /** Returns the token, which is kept nowhere. @throws McptuiError `conflict` when the name is taken, `invalid`, `unavailable` */
  create(name: string, options?: NewToken): Promise<string>;
  /** Another token for the same holder; the one before is refused from now on. @throws McptuiError `not-found` */
  rotate(name: string): Promise<string>;
  /** @throws McptuiError `not-found` */
  remove(name: string): Promise<void>;
  /** Whose token this is, also of one whose time is over. Takes as long for a wrong one as for a right one. */
  find(token: string): Promise<TokenInfo | undefined>;
  /** Called with the name of a token that is no longer valid: what it opened is to be closed. Returns the unsubscriber. */
  onGone(listener: (name: string, why: string) => void): () => void;
  close(): Promise<void>;
  /** Accepts a token of the environment for as long as this engine runs. @throws McptuiError `invalid` for a short one */
  accept(token: string): void;
}

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
const PREFIX = 'mcptui_';
/** Of the token in `MCPTUI_TOKEN`. */
const GIVEN_NAME = 'environment';
/** Nobody guesses so many characters. */
const MIN_GIVEN_CHARS = 24;
const MAX_TOKENS = 1_000;
/** How often the times of last use are written. */
const USED_SAVED_MS = 10 * 60_000;
/** What a timer can wait. */
const MAX_WAIT_MS = 2_000_000_000;

/** Keeps `tokens.json` in `folder`. */
export function fileTokens(folder: string, clock: Clock, nonce: () => string): AccessTokens {
  return new FileTokens(path.join(folder, 'tokens.json'), clock, nonce);
}

type NextTokens = (tokens: readonly StoredToken[]) => Promise<readonly StoredToken[]>;

class FileTokens implements AccessTokens {
  readonly #file: string;
  readonly #clock: Clock;
  readonly #nonce: () => string;
  readonly #given: StoredToken[] = [];
  readonly #listeners = new Set<(name: string, why: string) => void>();
  readonly #used = new Map<string, EpochMs>();
  #stored: Promise<readonly StoredToken[]> | undefined;
  #writing: Promise<unknown> = Promise.resolve();
  #savedAt = 0;
  #expiry: Timer | undefined;

  constructor(file: string, clock: Clock, nonce: () => string) {
    this.#file = file;
    this.#clock = clock;
    this.#nonce = nonce;
  }

  async list(): Promise<readonly TokenInfo[]> {
    return [...(await this.#read()), ...this.#given].map((token) => this.#infoOf(token));
  }

  async create(name: string, options: NewToken = { isOperator: false }): Promise<string> {
    const { isOperator, first, projects, agents } = options;
    if (!NAME.test(name)) {
      throw new McptuiError('invalid', `token ${JSON.stringify(name)}: use a-z, digits and -, at most 63`);
    }
    if (name === GIVEN_NAME)
      throw new McptuiError('invalid', `token ${name} is that of MCPTUI_TOKEN: use another name`);
    const scope = scopeOf({ projects, agents });
    const holder = holderOf(options, this.#clock.now());
    if (
      isOperator &&
      ((scope.projects ?? scope.agents) !== undefined || Object.keys(holder).some((key) => key !== 'expiresAt'))
    ) {
      throw new McptuiError(
        'invalid',
        'an operator can do everything: a token for it has no projects, agents or roles',
      );
    }
    const token = PREFIX + this.#nonce();
    const createdAt = isoTime(this.#clock.now());
    await this.#change(async (tokens) => {
      if (tokens.some((one) => one.name === name)) throw new McptuiError('conflict', `token ${name} exists`);
      if (tokens.length >= MAX_TOKENS)
        throw new McptuiError('conflict', `there are ${MAX_TOKENS} tokens: delete one first`);
      await first?.(token);
      return [...tokens, { name, sha256: hashOf(token).toString('hex'), isOperator, ...scope, ...holder, createdAt }];
    });
    return token;
  }

  async rotate(name: string): Promise<string> {
    const token = PREFIX + this.#nonce();
    const sha256 = hashOf(token).toString('hex');
    await this.#change(async (tokens) => {
      if (!tokens.some((one) => one.name === name)) throw noToken(name);
      return tokens.map((one) => (one.name === name ? { ...one, sha256 } : one));
    });
    this.#tell(name, 'its token was rotated');
    return token;
  }

  async remove(name: string): Promise<void> {
    await this.#change(async (tokens) => {
      const left = tokens.filter((one) => one.name !== name);
      if (left.length === tokens.length) throw noToken(name);
      return left;
    });
    this.#used.delete(name);
    this.#tell(name, 'its token was deleted');
  }

  async find(token: string): Promise<TokenInfo | undefined> {
    const hash = hashOf(token);
    let found: StoredToken | undefined;
    for (const one of [...(await this.#read()), ...this.#given]) {
      if (timingSafeEqual(hash, Buffer.from(one.sha256, 'hex'))) found = one;
    }
    if (found === undefined) return undefined;
    this.#used.set(found.name, this.#clock.now());
    if (this.#clock.now() - this.#savedAt > USED_SAVED_MS) this.#saveUsed();
    return this.#infoOf(found);
  }

  accept(token: string): void {
    if (token.length < MIN_GIVEN_CHARS) {
      throw new McptuiError('invalid', `the token in MCPTUI_TOKEN has under ${MIN_GIVEN_CHARS} characters`);
    }
    const createdAt = isoTime(this.#clock.now());
    this.#given.push({ name: GIVEN_NAME, sha256: hashOf(token).toString('hex'), isOperator: false, createdAt });
  }

  onGone(listener: (name: string, why: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#expiry?.cancel();
    this.#saveUsed();
    await this.#writing;
  }

  #read(): Promise<readonly StoredToken[]> {
    if (this.#stored !== undefined) return this.#stored;
    const reading = (this.#stored = readTokens(this.#file));
    reading.then(
      (tokens) => this.#watchExpiry(tokens),
      // What could not be read may be readable the next time.
      () => {
        if (this.#stored === reading) this.#stored = undefined;
      },
    );
    return reading;
  }

  /** One change after the other: each sees what the one before it has written. */
  #change(next: NextTokens): Promise<void> {
    const changing = this.#changeAfter(this.#writing, next);
    this.#writing = changing.catch(() => undefined);
    return changing;
  }

  async #changeAfter(before: Promise<unknown>, next: NextTokens): Promise<void> {
    await before;
    const tokens = (await next(await this.#read())).map((token) => this.#withUse(token));
    await writePrivately(this.#file, `${JSON.stringify({ format: 1, tokens }, null, 2)}\n`);
    this.#savedAt = this.#clock.now();
    this.#stored = Promise.resolve(tokens);
    this.#watchExpiry(tokens);
  }

  /** Losing some minutes of it does no harm. */
  #saveUsed(): void {
    if (this.#used.size === 0 || this.#stored === undefined) return;
    this.#savedAt = this.#clock.now();
    this.#change((tokens) => Promise.resolve(tokens)).catch(() => undefined);
  }

  #withUse(token: StoredToken): StoredToken {
    const used = this.#used.get(token.name);
    return used === undefined ? token : { ...token, lastUsedAt: isoTime(used) };
  }

  #tell(name: string, why: string): void {
    for (const listener of this.#listeners) listener(name, why);
  }

  /** What an expired token opened is closed when its time is over, not at its next request. */
  #watchExpiry(tokens: readonly StoredToken[]): void {
    this.#expiry?.cancel();
    this.#expiry = undefined;
    const now = this.#clock.now();
    const due = tokens.flatMap(({ name, expiresAt }) => {
      const at = expiresAt === undefined ? Number.NaN : Date.parse(expiresAt);
      return at > now ? [{ name, at }] : [];
    });
    const next = due.reduce<number | undefined>((least, { at }) => Math.min(least ?? at, at), undefined);
    if (next === undefined) return;
    const wait = Math.min(next - now, MAX_WAIT_MS);
    this.#expiry = this.#clock.after(
      wait,
      () => {
        for (const { name, at } of due) if (at <= this.#clock.now()) this.#tell(name, 'its token has expired');
        this.#watchExpiry(tokens);
      },
      { unref: true },
    );
  }

  #infoOf(token: StoredToken): TokenInfo {
    const { name, isOperator, projects, agents, createdAt, subject, groups, roles, isTicket, expiresAt } = token;
    const used = this.#used.get(name) ?? (token.lastUsedAt === undefined ? undefined : Date.parse(token.lastUsedAt));
    return {
      name,
      isOperator,
      ...scopeOf({ projects, agents }),
      ...defined({ subject, groups, roles, isTicket, lastUsedAt: used }),
      ...(expiresAt === undefined ? {} : { expiresAt: Date.parse(expiresAt) }),
      createdAt: Date.parse(createdAt),
    };
  }
}
