/** Tokens as operators handle them. The file is not part of the journal: each event follows its change. */
import { messageOf } from '../../kernel/errors.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import type { Masker } from '../secrets/masker.ts';
import type { AccessTokens, NewToken, TokenInfo } from '../access/tokens.ts';

export interface TokenCommands {
  /** Makes a token for connections over TCP and returns it, the only time that it can be seen. @throws McptuiError `invalid`, `conflict` */
  createToken(name: string, options?: Partial<Omit<NewToken, 'first'>>): Promise<string>;
  /** Whoever holds it is refused from now on; its sessions end. @throws McptuiError `not-found` */
  removeToken(name: string): Promise<void>;
  tokens(): Promise<readonly TokenInfo[]>;
}

export const tokenCommandNames = {
  createToken: 'changes',
  removeToken: 'changes',
  tokens: 'reads',
} as const satisfies Readonly<Record<keyof TokenCommands, 'reads' | 'changes'>>;

/** How a token's holder is called. */
export function tokenPrincipal(name: string): string {
  return `token/${name}`;
}

export interface TokenParts {
  readonly actor: string;
  readonly db: Database<Shape>;
  readonly tokens: AccessTokens;
  readonly masker: Masker;
  /** Ends the sessions of whom it is said to be. */
  readonly endSessions: (principal: string) => void;
}

export function tokenCommands({ actor, db, tokens, masker, endSessions }: TokenParts): TokenCommands {
  async function audited<T>(kind: string, name: string, change: () => Promise<T>): Promise<T> {
    const base = { kind, actor, target: `token/${name}` };
    let result: T;
    try {
      result = await change();
    } catch (error) {
      db.record({ ...base, outcome: 'error', message: messageOf(error) });
      throw error;
    }
    await db.transact((tx) => tx.event({ ...base, outcome: 'ok' }));
    return result;
  }

  return {
    createToken: (name, options) =>
      audited('token_create', name, async () => {
        const token = await tokens.create(name, { ...options, isOperator: options?.isOperator === true });
        masker.learn(`token/${name}`, token);
        return token;
      }),
    removeToken: (name) =>
      audited('token_remove', name, async () => {
        await tokens.remove(name);
        endSessions(tokenPrincipal(name));
      }),
    tokens: () => tokens.list(),
  };
}
