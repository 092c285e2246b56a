/** Handles the commands on secrets, and tells who still has what was there before. */
import { McptuiError, messageOf } from '../../kernel/errors.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { SecretRef } from '../../store/schema/remote.ts';
import type { Database } from '../../store/types.ts';
import type { Fleet } from '../instances/fleet.ts';
import type { LiveInstance } from '../instances/live-instance.ts';
import type { FileSecrets } from '../secrets/secret-source.ts';
import type { Masker } from '../secrets/masker.ts';
import { keyOf, LOGIN_PREFIX, refsOfServer, resolveRef } from '../secrets/resolver.ts';
import type { SecretBackends } from '../secrets/secret-source.ts';
import { tooLong } from '../secrets/strength.ts';
import type { SecretChange, SecretView } from '../secrets/secret-view.ts';
import type { CommandsOf } from './table/entry.ts';
import type { secretEntries } from './table/secrets.ts';

export interface SecretParts {
  readonly actor: string;
  readonly db: Database<Shape>;
  readonly fleet: Fleet;
  readonly masker: Masker;
  readonly fileSecrets: FileSecrets;
  readonly backends: SecretBackends;
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
    const servers = db
      .collection('servers')
      .all()
      .filter((server) => refsOfServer(server).some((ref) => keyOf(ref) === key))
      .map(({ name }) => name);
    return { holders, renewed, servers };
  }

  /** Those that are kept, and those that definitions name, which may be nowhere. */
  async function secrets(): Promise<readonly SecretView[]> {
    const servers = db.collection('servers').all();
    const kept = (await parts.fileSecrets.names()).filter((name) => !name.startsWith(LOGIN_PREFIX));
    const refs = new Map<string, SecretRef>();
    for (const path of kept) refs.set(`file/${path}`, { backend: 'file', path });
    for (const server of servers) for (const ref of refsOfServer(server)) refs.set(keyOf(ref), ref);
    for (const live of fleet.all()) if (live.phase === 'running') await parts.secretsResolve(live);
    const rows = [...refs].map(async ([name, ref]): Promise<SecretView> => {
      const answer = await resolveRef(parts.backends, ref);
      return {
        name,
        state: answer.ok ? 'ok' : 'missing',
        ...(answer.ok ? {} : { cause: answer.cause }),
        servers: servers
          .filter((server) => refsOfServer(server).some((one) => keyOf(one) === name))
          .map((row) => row.name),
        stale: fleet
          .all()
          .filter((live) => live.stale.includes(name))
          .map((live) => live.name),
      };
    });
    return (await Promise.all(rows)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  return {
    secrets,
    async setSecret(name, value) {
      if (!/^[\w.-]{1,128}$/.test(name)) {
        throw new McptuiError('invalid', `secret ${JSON.stringify(name)}: use 1 to 128 letters, digits, _ . and -`);
      }
      if (RESERVED_NAMES.has(name) || name.startsWith(LOGIN_PREFIX)) {
        throw new McptuiError('invalid', `secret ${name}: this name is reserved`, { hint: 'choose another name' });
      }
      if (value === '') throw new McptuiError('invalid', `secret ${name}: the value is empty`);
      const cause = tooLong(value);
      if (cause !== undefined) throw new McptuiError('invalid', `secret ${name}: ${cause}`);
      parts.masker.learn(`file/${name}`, value);
      return audited('secret_set', name, () => parts.fileSecrets.set(name, value));
    },
    removeSecret: (name) => audited('secret_remove', name, () => parts.fileSecrets.remove(name)),
  };
}

function messageFor({ holders }: SecretChange): { readonly message?: string } {
  return holders.length === 0 ? {} : { message: `held with its old value by ${holders.join(', ')}` };
}
