/** Creates and removes definitions of servers, each in one audited transaction. */
import { shownAddress } from '../../kernel/url.ts';
import type { Clock } from '../../kernel/clock.ts';
import { noSuch } from '../../kernel/no-such.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { Server } from '../../store/schema/server.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database, EventDraft, Transaction, Versioned } from '../../store/types.ts';
import { checkedDraft } from './checked-draft.ts';
import { refuseName } from './draft-faults.ts';
import { DROPPED } from './dropped.ts';
import type { ServerDraft } from './server-draft.ts';
import { insertRevision } from './server-revisions.ts';

/** Definitions without running anything: what a command line does when no engine runs, and the engine itself. */
export interface Definitions {
  create(draft: ServerDraft, actor: string): Promise<Server>;
  remove(name: string, actor: string): Promise<Server>;
  /** Does all that `create` does before it writes. @throws McptuiError `invalid`, `conflict` */
  check(draft: ServerDraft): void;
}

type Rows = Pick<Database<Shape>, 'collection'> | Transaction<Shape>;

export function definitions(db: Database<Shape>, clock: Clock, ids: Ids): Definitions {
  function checked(draft: ServerDraft): Server {
    const now = clock.now();
    refuseName(draft.name);
    return checkedDraft(draft, { id: ids.next('srv'), revision: 1, createdAt: now, updatedAt: now });
  }
  return {
    check: (draft) => refuseClash(db, checked(draft)),
    async create(draft, actor) {
      const server = checked(draft);
      await db.transact((tx) => {
        refuseClash(tx, server);
        ensureProject(tx, server.project, clock, ids);
        tx.collection('servers').insert(server);
        insertRevision(tx, ids, server, { author: actor, at: server.createdAt });
        tx.event(
          operatorEvent(
            'server_create',
            actor,
            server,
            `${server.source.kind} on ${server.runtime}, ${server.replicas} wanted${allowances(server)}${'proxyMode' in draft ? `; ${DROPPED}` : ''}`,
          ),
        );
      });
      return server;
    },
    async remove(name, actor) {
      return db.transact((tx) => {
        const server = serverNamed(tx, name);
        tx.collection('servers').delete(server.id);
        tx.event(operatorEvent('server_delete', actor, server));
        return server;
      });
    },
  };
}

/** @throws McptuiError `not-found` */
export function serverNamed(tx: Rows, name: string): Versioned<Server> {
  const all: readonly Versioned<Server>[] = tx.collection('servers').all();
  const server = all.find((row) => row.name === name || row.id === name);
  if (server !== undefined) return server;
  throw noSuch(
    'server',
    name,
    all.map((row) => row.name),
    'mcptui get servers',
  );
}

/** @throws McptuiError `conflict` with a name or a prefix of another server */
export function refuseClash(tx: Rows, server: Server): void {
  const all: readonly Versioned<Server>[] = tx.collection('servers').all();
  const others = all.filter((row) => row.id !== server.id);
  if (others.some((row) => row.name === server.name)) {
    throw new McptuiError('conflict', `server ${server.name} exists`, {
      hint: `mcptui describe server ${server.name}`,
    });
  }
  const neighbours = others.filter((row) => row.project === server.project);
  const transparent =
    server.prefix === '' && neighbours.length > 0 ? server : neighbours.find((row) => row.prefix === '');
  if (transparent !== undefined) {
    throw new McptuiError(
      'conflict',
      `server ${transparent.name} has an empty prefix and must be alone in project ${server.project}`,
      {
        hint: 'give it a prefix, or use another --project',
      },
    );
  }
  const prefix = server.prefix ?? server.name;
  const clash = neighbours.find((row) => (row.prefix ?? row.name) === prefix);
  if (clash !== undefined) {
    throw new McptuiError('conflict', `prefix ${prefix} is taken by server ${clash.name} in project ${server.project}`);
  }
}

/** Makes the project that a definition names. */
export function ensureProject(tx: Transaction<Shape>, name: string, clock: Clock, ids: Ids): void {
  const projects = tx.collection('projects');
  if (projects.all().some((row) => row.name === name)) return;
  projects.insert({ id: ids.next('prj'), name, instructions: '', gated: false, createdAt: clock.now() });
}

/** What was allowed against the rule, for the audit log. */
function allowances({ source }: Server): string {
  if (source.kind !== 'url') return '';
  const { allowHttp, allowPrivate, oauth } = source;
  return [
    ...(allowPrivate ? ['; private addresses allowed'] : []),
    ...(allowHttp ? ['; plain http allowed'] : []),
    ...(oauth?.issuer === undefined ? [] : [`; credentials are for ${shownAddress(oauth.issuer)}`]),
  ].join('');
}

export function operatorEvent(kind: string, actor: string, server: Server, message?: string): EventDraft {
  return {
    kind,
    actor,
    target: `server/${server.name}`,
    outcome: 'ok',
    ...(message === undefined ? {} : { message }),
    detail: { project: server.project, env: server.env.map((entry) => entry.name) },
  };
}
