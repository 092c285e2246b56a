/** Handles the commands on definitions of servers. */
import { McptuiError, messageOf } from '../../kernel/errors.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { Server } from '../../store/schema/server.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import type { Logins } from '../access/logins.ts';
import { forgetImage } from '../instances/image-record.ts';
import type { Fleet } from '../instances/fleet.ts';
import type { Prober } from '../probes/prober.ts';
import { serverNamed, type Definitions } from '../servers/definitions.ts';
import { literalSecrets } from '../servers/literal-secrets.ts';
import { documentHead, toServerDocument } from '../servers/server-document.ts';
import { diffServer, serverPast } from '../servers/server-past.ts';
import { serverPlan } from '../servers/server-plan.ts';
import { serverRevisionView } from '../servers/server-revisions.ts';
import { plannedUpdate, updateServer } from '../servers/update-server.ts';
import { shownSpec } from '../views/shown-server.ts';
import type { CommandsOf } from './table/entry.ts';
import type { serverEntries } from './table/servers.ts';

export interface ServerParts {
  /** `operator:ann` */
  readonly actor: string;
  readonly clock: Clock;
  readonly db: Database<Shape>;
  readonly ids: Ids;
  readonly fleet: Fleet;
  readonly prober: Prober;
  readonly definitions: Definitions;
  readonly logins: Logins;
  /** Definitions or desired states have changed. */
  readonly changed: () => void;
}

export function serverCommands(parts: ServerParts): CommandsOf<typeof serverEntries> {
  const { actor, db, definitions, fleet, logins, changed } = parts;

  /** What instances hold of the definition before it. */
  async function settle(before: Server, after: Server): Promise<void> {
    const mine = fleet.all().filter(({ record }) => record.serverId === after.id);
    for (const live of mine) parts.prober.redefine(live, after.health);
    const [first] = mine;
    if (first === undefined || imageKey(before) === imageKey(after)) return;
    forgetImage(first, mine);
    for (const live of mine) await fleet.save(live);
  }

  return {
    async createServer(draft) {
      const server = await definitions.create(draft, actor);
      changed();
      return shownSpec(server);
    },
    async checkServer(draft) {
      try {
        definitions.check(draft);
        return { notes: literalSecrets(draft) };
      } catch (error) {
        if (!(error instanceof McptuiError)) throw error;
        const { message, hint } = error;
        return { fault: { message, ...(hint === undefined ? {} : { hint }) }, notes: [] };
      }
    },
    async updateServer(name, change, options = {}) {
      const before = fleet.all();
      const update = await updateServer(parts, name, change, options, actor);
      const plan = serverPlan(update, before);
      const isSame = update.before !== undefined && update.changes.length === 0;
      if (update.before !== undefined && !isSame) await settle(update.before, update.after);
      if (!isSame) changed();
      return { server: update.after.name, revision: (isSame ? update.before : update.after)?.revision ?? 1, plan };
    },
    planServer: async (name, change, options) =>
      serverPlan(await plannedUpdate(parts, name, change, options), fleet.all()),
    async serverDocument(name) {
      const server = serverNamed(db, name);
      return { name: server.name, revision: server.revision, text: documentHead(server) + toServerDocument(server) };
    },
    async serverRevisions(name) {
      const { live, rows } = serverPast(db, name);
      return rows.map((row) => serverRevisionView(row, live));
    },
    diffServer: (name, left, right) => diffServer(db, name, left, right),
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

/** What its containers are made of. */
function imageKey({ source, runtime }: Server): string {
  return JSON.stringify([runtime, source.kind === 'image' ? source.image : source.kind]);
}
