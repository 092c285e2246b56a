/** Handles the commands on secrets, and tells who still has what was there before. */
import { McptuiError, messageOf } from '../../kernel/errors.ts';
import { referenceOf } from '../../kernel/secret-reference.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { SecretRef } from '../../store/schema/remote.ts';
import type { Database } from '../../store/types.ts';
import type { Fleet } from '../instances/fleet.ts';
import type { LiveInstance } from '../instances/live-instance.ts';
import { allDefinitions } from '../models/program.ts';
import type { Masker } from '../secrets/masker.ts';
import type { SecretBook } from '../secrets/secret-book.ts';
import { keyOf, LOGIN_PREFIX, refsOfServer, resolveRef } from '../secrets/resolver.ts';
import type { SecretBackends } from '../secrets/secret-source.ts';
import { tooLong } from '../secrets/strength.ts';
import type { SecretChange, SecretTest, SecretView } from '../secrets/secret-view.ts';
import type { CommandsOf } from './table/entry.ts';
import type { secretEntries } from './table/secrets.ts';

export interface SecretParts {
  readonly actor: string;
  readonly db: Database<Shape>;
  readonly fleet: Fleet;
  readonly masker: Masker;
  readonly backends: SecretBackends;
  readonly book: SecretBook;
  /** It has a value now: what failed for want of it is looked at again. */
  readonly secretKept: (key: string) => void;
  readonly secretsResolve: (live: LiveInstance) => Promise<boolean>;
  readonly changed: () => void;
}

/** What JavaScript takes for something else than a key. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export function secretCommands(parts: SecretParts): CommandsOf<typeof secretEntries> {
  const { actor, db, fleet } = parts;

  /** The file is not part of the journal: the event follows the change, and a failure is told too. */
  async function audited(kind: string, name: string, change: () => Promise<void>): Promise<SecretChange> {
    const key = keyOf({ backend: 'file', path: name });
    const base = { kind, actor, target: `secret/${key}` };
    try {
      await change();
    } catch (error) {
      db.record({ ...base, outcome: 'error', message: messageOf(error) });
      throw error;
    }
    const concerned = await concernedBy(key);
    await db.transact((tx) => tx.event({ ...base, outcome: 'ok', ...messageFor(concerned), detail: { ...concerned } }));
    parts.changed();
    return concerned;
  }

  async function concernedBy(key: string): Promise<SecretChange> {
    const holders: string[] = [];
    const renewed: string[] = [];
    for (const live of fleet.all()) {
      if (live.state.phase !== 'running' || !live.state.marks.has(key)) continue;
      await parts.secretsResolve(live);
      // What has been removed is held, too.
      if (!live.state.stale.includes(key) && !live.unresolvedKeys.includes(key)) continue;
      if (live.recycleReason === undefined) holders.push(live.name);
      else renewed.push(live.name);
      fleet.touch(live);
    }
    const servers = allDefinitions(db)
      .filter((server) => refsOfServer(server).some((ref) => keyOf(ref) === key))
      .map(({ name }) => name);
    return { holders, renewed, servers };
  }

  /** Asks for every one, and compares what runs with it. */
  async function secrets(): Promise<readonly SecretView[]> {
    await parts.book.look();
    const rows = parts.book.rows();
    await Promise.all(rows.map(({ backend, path }) => resolveRef(parts.backends, { backend, path })));
    for (const live of fleet.all()) if (live.phase === 'running') await parts.secretsResolve(live);
    return parts.book.rows();
  }

  async function testSecret(reference: string): Promise<SecretTest> {
    const ref = refNamed(reference);
    await resolveRef(parts.backends, ref);
    if (ref.backend === 'file') await parts.book.look();
    const id = keyOf(ref);
    const last = parts.book.last(id);
    if (last === undefined) throw new McptuiError('invalid', `secret ${id} is the login of a server`);
    return { id, ...last };
  }

  /** A secret in use is removed only by who says so: the servers' next starts fail. */
  function refuseInUse(path: string): void {
    const row = parts.book.rows().find(({ id }) => id === keyOf({ backend: 'file', path }));
    const servers = row?.servers ?? [];
    if (servers.length === 0 || !parts.book.kept.has(path)) return;
    throw new McptuiError('conflict', `secret file/${path} is used by ${servers.join(', ')}`, {
      hint: `mcptui delete secret ${path} --force deletes it; the next start of ${servers.join(', ')} then fails`,
    });
  }

  async function checkOnly(name: string, only: 'new' | 'kept' | undefined): Promise<void> {
    if (only === undefined) return;
    await parts.book.look();
    const isKept = parts.book.kept.has(name);
    if (only === 'new' && isKept) {
      const hint = `mcptui create secret ${name} --rotate gives it another value`;
      throw new McptuiError('conflict', `secret file/${name} exists`, { hint });
    }
    if (only === 'kept' && !isKept) {
      throw new McptuiError('not-found', `no secret file/${name}`, { hint: `mcptui create secret ${name}` });
    }
  }

  return {
    secrets,
    testSecret,
    async setSecret(name, value, options) {
      if (!/^[\w.-]{1,128}$/.test(name)) {
        throw new McptuiError('invalid', `secret ${JSON.stringify(name)}: use 1 to 128 letters, digits, _ . and -`);
      }
      if (RESERVED_NAMES.has(name) || name.startsWith(LOGIN_PREFIX)) {
        throw new McptuiError('invalid', `secret ${name}: this name is reserved`, { hint: 'choose another name' });
      }
      if (value === '') throw new McptuiError('invalid', `secret ${name}: the value is empty`);
      const cause = tooLong(value);
      if (cause !== undefined) throw new McptuiError('invalid', `secret ${name}: ${cause}`);
      await checkOnly(name, options?.only);
      parts.masker.learn(`file/${name}`, value);
      const change = await audited('secret_set', name, () => parts.backends.file.set(name, value));
      parts.secretKept(keyOf({ backend: 'file', path: name }));
      return change;
    },
    secretVersions: (name) => parts.backends.file.versions(ownName(name)),
    async restoreSecret(name, version) {
      const own = ownName(name);
      const change = await audited('secret_restore', own, async () => {
        await parts.backends.file.restore(own, version);
        const restored = await parts.backends.file.resolve(own);
        if (restored.ok) parts.masker.learn(`file/${own}`, restored.value);
      });
      parts.secretKept(keyOf({ backend: 'file', path: own }));
      return change;
    },
    async rekeySecrets() {
      const base = { kind: 'secret_rekey', actor, target: 'backend/file' };
      try {
        await parts.backends.file.rekey();
      } catch (error) {
        db.record({ ...base, outcome: 'error', message: messageOf(error) });
        throw error;
      }
      const { file } = parts.book;
      const entries = file.kind === 'ok' ? file.entries : 0;
      await db.transact((tx) => tx.event({ ...base, outcome: 'ok', message: `${entries} secrets under a new key` }));
      return { entries };
    },
    async removeSecret(name, options) {
      if (options?.force !== true) refuseInUse(name);
      return audited('secret_remove', name, () => parts.backends.file.remove(name));
    },
  };
}

function messageFor({ holders }: SecretChange): { readonly message?: string } {
  return holders.length === 0 ? {} : { message: `held with its old value by ${holders.join(', ')}` };
}

/** Logins are nobody's to see. @throws McptuiError `invalid` */
function ownName(given: string): string {
  const name = given.replace(/^(?:secret:)?file\//, '');
  if (!name.startsWith(LOGIN_PREFIX)) return name;
  throw new McptuiError('invalid', `secret ${name}: this name is reserved`, { hint: 'mcptui get secrets' });
}

/** @throws McptuiError `invalid` for what refers to no secret */
function refNamed(text: string): SecretRef {
  const bare = text.replace(/^secret:/, '');
  const ref = referenceOf(bare) ?? referenceOf(`file/${bare}`);
  if (ref !== undefined) return ref;
  throw new McptuiError('invalid', `${JSON.stringify(text)} names no secret`, {
    hint: 'file/NAME, env/NAME or BACKEND/PATH#KEY',
  });
}
