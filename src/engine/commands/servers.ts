/** Handles the commands on definitions of servers. */
import { messageOf } from '../../kernel/errors.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import type { Logins } from '../access/logins.ts';
import type { Definitions } from '../servers/definitions.ts';
import { shownSpec } from '../views/shown-server.ts';
import type { CommandsOf } from './table/entry.ts';
import type { serverEntries } from './table/servers.ts';

export interface ServerParts {
  /** `operator:ann` */
  readonly actor: string;
  readonly db: Database<Shape>;
  readonly definitions: Definitions;
  readonly logins: Logins;
  /** Definitions or desired states have changed. */
  readonly changed: () => void;
}

export function serverCommands(parts: ServerParts): CommandsOf<typeof serverEntries> {
  const { actor, db, definitions, logins, changed } = parts;
  return {
    async createServer(draft) {
      const server = await definitions.create(draft, actor);
      changed();
      return shownSpec(server);
    },
    async deleteServer(name) {
      const removed = await definitions.remove(name, actor);
      // The server is gone; what cannot be read holds no login that anything could use.
      await logins.forget(removed.id).catch((error: unknown) => {
        const message = `the login of ${name} was not removed: ${messageOf(error)}`;
        db.record({ kind: 'login_forget', actor, target: `server/${name}`, outcome: 'error', message });
      });
      changed();
    },
  };
}
