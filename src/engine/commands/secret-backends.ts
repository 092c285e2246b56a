/** Handles the commands on backends of secrets. */
import type { Clock } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { Ids } from '../../kernel/ids.ts';
import { noSuch } from '../../kernel/no-such.ts';
import { shownAddress } from '../../kernel/url.ts';
import type { Shape } from '../../store/schema/index.ts';
import { secretBackendSchema, type BackendDraft, type SecretBackend } from '../../store/schema/secret-backend.ts';
import type { Database } from '../../store/types.ts';
import { faultsOf } from '../content/faults.ts';
import type { BackendBook } from '../secrets/backends/backend-book.ts';
import type { BackendView } from '../secrets/backends/backend-view.ts';
import type { SecretBook } from '../secrets/secret-book.ts';
import type { CommandsOf } from './table/entry.ts';
import type { secretBackendEntries } from './table/secret-backends.ts';

export interface SecretBackendParts {
  readonly actor: string;
  readonly clock: Clock;
  readonly db: Database<Shape>;
  readonly ids: Ids;
  readonly book: SecretBook;
}

export function secretBackendCommands(parts: SecretBackendParts): CommandsOf<typeof secretBackendEntries> {
  const { actor, clock, db, ids, book } = parts;

  function all(): readonly SecretBackend[] {
    return db.collection('secretBackends').all();
  }

  function opened(): BackendBook {
    if (book.defined === undefined) throw new McptuiError('unavailable', 'this engine has no backends of secrets');
    return book.defined;
  }

  /** @throws McptuiError `not-found` with those there are */
  function unknown(name: string): McptuiError {
    return noSuch(
      'backend',
      name,
      all().map((row) => row.name),
      'mcptui get backends',
    );
  }

  async function tested(name: string): Promise<BackendView> {
    const view = await opened().test(name);
    if (view === undefined) throw unknown(name);
    return view;
  }

  /** Of what is defined: servers that name one of its secrets. */
  function usersOf(name: string): readonly string[] {
    const rows = book.rows().filter((row) => row.backend === name || row.id === `command/${name}`);
    return [...new Set(rows.flatMap((row) => row.servers))];
  }

  return {
    secretBackends: () => Promise.resolve(all().map((row) => opened().view(row))),
    async createSecretBackend(name, draft, options) {
      const now = clock.now();
      await db.transact((tx) => {
        const rows = tx.collection('secretBackends');
        const before = rows.all().find((row) => row.name === name);
        if (before !== undefined && options?.replace !== true) {
          throw new McptuiError('conflict', `backend ${name} exists`, {
            hint: `mcptui create backend ${name} --replace …`,
          });
        }
        const record = checked(name, {
          id: before?.id ?? ids.next('sbk'),
          name,
          fields: draft,
          createdAt: before?.createdAt ?? now,
          updatedAt: now,
        });
        if (before === undefined) rows.insert(record);
        else rows.replace({ ...record, version: before.version });
        tx.event({
          kind: 'secret_backend_set',
          actor,
          target: `backend/${name}`,
          outcome: 'ok',
          message: summaryOf(record),
        });
      });
      book.defined?.look();
      return tested(name);
    },
    async deleteSecretBackend(name, options) {
      if (!all().some((row) => row.name === name)) throw unknown(name);
      const users = usersOf(name);
      if (users.length > 0 && options?.force !== true) {
        throw new McptuiError('conflict', `backend ${name} is used by ${users.join(', ')}`, {
          hint: `mcptui delete backend ${name} --force deletes it; the next start of ${users.join(', ')} then fails`,
        });
      }
      await db.transact((tx) => {
        const rows = tx.collection('secretBackends');
        const row = rows.all().find((one) => one.name === name);
        if (row === undefined) throw unknown(name);
        rows.delete(row.id);
        tx.event({ kind: 'secret_backend_delete', actor, target: `backend/${name}`, outcome: 'ok' });
      });
      book.defined?.look();
    },
    testSecretBackend: tested,
  };
}

/** @throws McptuiError `invalid` naming what is at fault */
function checked(name: string, value: unknown): SecretBackend {
  const result = secretBackendSchema.safeParse(value);
  if (result.success) return result.data;
  throw new McptuiError('invalid', `backend ${name}: ${faultsOf(result.error, 'record')}`);
}

/** Without its arguments and without what its address may hold. */
function summaryOf({ fields }: { readonly fields: BackendDraft }): string {
  if (fields.kind === 'command') return `command ${fields.command[0] ?? ''}`;
  return `openbao at ${shownAddress(fields.url)} by ${fields.auth.method}`;
}
