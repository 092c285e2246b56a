/** Handles the commands on tokens. The file is not part of the journal: each event follows its change. */
import { messageOf } from '../../kernel/errors.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import type { Masker } from '../secrets/masker.ts';
import type { AccessTokens, NewToken } from '../access/tokens.ts';
import type { EngineRights } from '../rights/engine-rights.ts';
import type { Principal } from '../rights/need.ts';
import type { tokenEntries } from './table/access.ts';
import type { CommandsOf } from './table/entry.ts';

export interface TokenParts {
  readonly actor: string;
  readonly db: Database<Shape>;
  readonly tokens: AccessTokens;
  readonly masker: Masker;
  readonly principal: Principal;
  readonly rights: EngineRights;
}

export function tokenCommands(parts: TokenParts): CommandsOf<typeof tokenEntries> {
  const { actor, db, tokens, masker, principal } = parts;
  const { rights } = parts.rights;

  /** Nobody hands out what they do not have. */
  function refuseMore({ isOperator, roles = [], projects }: NewToken): void {
    const handed = isOperator ? ['admin'] : roles;
    for (const role of handed) rights.refuseMore(principal, rights.roleNamed(role).rules, projects);
  }

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
        const wanted = { ...options, isOperator: options?.isOperator === true };
        refuseMore(wanted);
        const token = await tokens.create(name, wanted);
        masker.learn(`token/${name}`, token);
        return token;
      }),
    rotateToken: (name) =>
      audited('token_rotate', name, async () => {
        const token = await tokens.rotate(name);
        masker.learn(`token/${name}`, token);
        return token;
      }),
    removeToken: (name) => audited('token_remove', name, () => tokens.remove(name)),
    tokens: () => tokens.list(),
  };
}
