/** Handles the commands on logins: begin, open what is named, finish with where the browser was sent. */
import { parseUrl } from '../../kernel/url.ts';
import { noSuch } from '../../kernel/no-such.ts';
import { McptuiError, messageOf } from '../../kernel/errors.ts';
import { cutText } from '../../kernel/foreign.ts';
import type { Server } from '../../store/schema/server.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import type { Logins } from '../access/logins.ts';
import type { loginEntries } from './table/access.ts';
import type { CommandsOf } from './table/entry.ts';

export interface LoginParts {
  readonly actor: string;
  readonly db: Database<Shape>;
  readonly logins: Logins;
  /** What waits for this login may go on. */
  readonly loggedIn: (serverId: string) => void;
}

export function loginCommands({ actor, db, logins, loggedIn }: LoginParts): CommandsOf<typeof loginEntries> {
  function find(name: string): Server {
    const rows = db.collection('servers').all();
    const server = rows.find((row) => row.name === name || row.id === name);
    if (server !== undefined) return server;
    throw noSuch(
      'server',
      name,
      rows.map((row) => row.name),
      'mcptui get servers',
    );
  }

  /** Secrets are not part of the journal: the event follows what was done, and says only that. */
  async function audited<T>(kind: string, server: Server, work: () => Promise<T>): Promise<T> {
    const base = { kind, actor, target: `server/${server.name}` };
    try {
      const result = await work();
      db.record({ ...base, outcome: 'ok' });
      return result;
    } catch (error) {
      db.record({ ...base, outcome: 'error', message: messageOf(error) });
      throw error;
    }
  }

  return {
    async beginLogin(name, redirectUrl) {
      const server = find(name);
      const { redirectUrl: defined } = (server.source.kind === 'url' ? server.source.oauth : undefined) ?? {};
      const used = redirectUrl ?? defined ?? REDIRECT_URL;
      if (!isLoopback(used)) {
        throw new McptuiError('invalid', `${cutText(used)} is no address of this machine`, {
          hint: 'use http://localhost:PORT/PATH or http://127.0.0.1:PORT/PATH: a code that is sent anywhere else is somebody else’s',
        });
      }
      return audited('login_begin', server, () => logins.begin(server, used));
    },
    async finishLogin(name, answer) {
      const server = find(name);
      const result = await audited('login', server, () => logins.finish(server, answer));
      loggedIn(server.id);
      return result;
    },
    async logout(name) {
      const server = find(name);
      await audited('logout', server, () => logins.forget(server.id));
    },
  };
}

/** Fixed, because some authorization servers compare it with what was registered. */
const REDIRECT_URL = 'http://127.0.0.1:33418/callback';

/** A code that is sent anywhere else is somebody else's. */
function isLoopback(url: string): boolean {
  const { protocol, hostname } = parseUrl(url) ?? {};
  return protocol === 'http:' && (hostname === '127.0.0.1' || hostname === 'localhost' || hostname === '[::1]');
}
