/** Keeps the public halves of the keys that decisions are signed with, each change with its event. */
import type { Clock } from '../../kernel/clock.ts';
import { defined } from '../../kernel/defined.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { noSuch } from '../../kernel/no-such.ts';
import { operatorKeySchema, type OperatorKey } from '../../store/schema/operator-key.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import { faultsOf } from '../content/faults.ts';
import type { Principal } from '../rights/need.ts';
import { isSignedBy, keyIdOf } from './public-key.ts';
import { possession, type PublicHalf } from './key-file.ts';

export type OperatorKeyView = OperatorKey;

export interface OperatorKeyParts {
  readonly actor: string;
  readonly principal: Principal;
  readonly clock: Clock;
  readonly db: Database<Shape>;
}

const MAX_KEYS = 1_000;

export class OperatorKeys {
  readonly #p: OperatorKeyParts;

  constructor(parts: OperatorKeyParts) {
    this.#p = parts;
  }

  all(): readonly OperatorKeyView[] {
    return this.#p.db.collection('operatorKeys').all().map(keyView);
  }

  /** @throws McptuiError `invalid`, `denied` for somebody else's, `conflict` for one that is known */
  register(half: PublicHalf): Promise<OperatorKeyView> {
    const { db, clock, principal, actor } = this.#p;
    const { proof, ...rest } = half;
    const result = operatorKeySchema.safeParse({
      ...rest,
      id: keyIdOf(half.publicKey),
      addedAt: clock.now(),
      addedBy: actor,
    });
    if (!result.success) throw new McptuiError('invalid', `key: ${faultsOf(result.error, 'key')}`);
    const key = result.data;
    if (!isSignedBy(key.publicKey, possession(half), proof)) {
      throw new McptuiError('invalid', `key ${key.name}: its proof was not made with its private half`);
    }
    if (principal.subject !== 'operator' && principal.subject !== key.subject) {
      throw new McptuiError('denied', `${principal.subject} may not register a key of ${key.subject}`);
    }
    return db.transact((tx) => {
      const keys = tx.collection('operatorKeys');
      const same = keys.all().find(({ id, name }) => id === key.id || name === key.name);
      if (same !== undefined) {
        throw new McptuiError('conflict', `there is a key ${same.name} of ${same.subject} already`, {
          hint: 'mcptui operator init --name NAME',
        });
      }
      if (keys.all().length >= MAX_KEYS) throw new McptuiError('conflict', `there are ${MAX_KEYS} keys already`);
      keys.insert(key);
      tx.event({
        kind: 'operator_key',
        actor,
        target: `key/${key.name}`,
        outcome: 'ok',
        message: `${key.subject}: ${key.id}`,
        detail: { id: key.id, name: key.name, subject: key.subject, publicKey: key.publicKey },
      });
      return keyView(key);
    });
  }

  /** @throws McptuiError `not-found`, `conflict` for the last one that a project needs */
  revoke(named: string): Promise<OperatorKeyView> {
    const { db, clock, actor } = this.#p;
    return db.transact((tx) => {
      const keys = tx.collection('operatorKeys');
      const row = keys.all().find(({ id, name }) => id === named || name === named);
      if (row === undefined) {
        const names = keys.all().map(({ name }) => name);
        throw noSuch('key', named, names, 'mcptui operator keys');
      }
      if (row.revokedAt !== undefined) throw new McptuiError('conflict', `key ${row.name} is revoked already`);
      const isLast = keys.all().every(({ id, revokedAt }) => id === row.id || revokedAt !== undefined);
      const project = tx
        .collection('projects')
        .all()
        .find(({ approvals }) => approvals !== undefined);
      if (isLast && project !== undefined) {
        throw new McptuiError('conflict', `key ${row.name} is the last one, and project ${project.name} needs one`, {
          hint: 'register another one first: mcptui operator init --name NAME',
        });
      }
      const next = { ...row, revokedAt: clock.now(), revokedBy: actor };
      keys.replace(next);
      tx.event({
        kind: 'operator_key_revoke',
        actor,
        target: `key/${row.name}`,
        outcome: 'ok',
        message: `${row.subject}: ${row.id}`,
        detail: { id: row.id, name: row.name, subject: row.subject },
      });
      return keyView(next);
    });
  }
}

function keyView({
  id,
  name,
  subject,
  publicKey,
  addedAt,
  addedBy,
  revokedAt,
  revokedBy,
}: OperatorKey): OperatorKeyView {
  return { id, name, subject, publicKey, addedAt, addedBy, ...defined({ revokedAt, revokedBy }) };
}
