/** Handles the commands on tokens. The file is not part of the journal: each event follows its change. */
import { messageOf } from '../../kernel/errors.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import type { Masker } from '../secrets/masker.ts';
import { tokenPrincipal, type AccessTokens } from '../access/tokens.ts';
import type { tokenEntries } from './table/access.ts';
import type { CommandsOf } from './table/entry.ts';

export interface TokenParts {
  readonly actor: string;
  readonly db: Database<Shape>;
  readonly tokens: AccessTokens;
  readonly masker: Masker;
  /** Ends the sessions of that principal. */
  readonly endSessions: (principal: string) => void;
}

export function tokenCommands({ actor, db, tokens, masker, endSessions }: TokenParts): CommandsOf<typeof tokenEntries> {
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
