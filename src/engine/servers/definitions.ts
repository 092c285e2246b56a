/** Creates and removes definitions of servers, each in one audited transaction. */
import { checkedUrl, shownAddress } from '../../kernel/url.ts';
import type { Clock } from '../../kernel/clock.ts';
import { runtimesFor } from '../runtimes/registry.ts';
import { isLogin, refsOfServer } from '../secrets/resolver.ts';
import { noSuch } from '../../kernel/no-such.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { Ids } from '../../kernel/ids.ts';
import { flagsFor, urlRefusal } from '../../mcp/index.ts';
import { filled } from '../secrets/references.ts';
import { serverSchema, type Server } from '../../store/schema/server.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database, EventDraft, Transaction } from '../../store/types.ts';
import type { ServerDraft } from './server-draft.ts';
import { draftFault, refuseName } from './draft-faults.ts';
import { refuseInUrl, refusePlaceholders } from './placeholders.ts';

/** Definitions without running anything: what a command line does when no engine runs, and the engine itself. */
export interface Definitions {
  create(draft: ServerDraft, actor: string): Promise<Server>;
  remove(name: string, actor: string): Promise<Server>;
}

export function definitions(db: Database<Shape>, clock: Clock, ids: Ids): Definitions {
  return {
    async create(draft, actor) {
      const now = clock.now();
      const { literal, ...given } = draft;
      refuseName(given.name);
      refuseOddUrl(draft);
      const parsed = serverSchema.safeParse({ ...given, id: ids.next('srv'), createdAt: now, updatedAt: now });
      if (!parsed.success) throw draftFault(given, parsed.error);
      const server = parsed.data;
      if (literal !== true) refusePlaceholders(server);
      refuseMismatch(server);
      refuseAddress(server);
      refuseLooseSecret(server);
      refuseLogins(server);
      await db.transact((tx) => {
        refuseClash(tx, server);
        ensureProject(tx, server.project, clock, ids);
        tx.collection('servers').insert(server);
        tx.event(
          operatorEvent(
            'server_create',
            actor,
            server,
            `${server.source.kind} on ${server.runtime}, ${server.replicas} wanted${allowances(server)}`,
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

function serverNamed(tx: Transaction<Shape>, name: string): Server {
  const all = tx.collection('servers').all();
  const server = all.find((row) => row.name === name || row.id === name);
  if (server !== undefined) return server;
  throw noSuch(
    'server',
    name,
    all.map((row) => row.name),
    'mcptui get servers',
  );
}

/** A login is of one server: no definition may hand it to another. */
function refuseLogins(server: Server): void {
  const { name } = server;
  const login = refsOfServer(server).find(isLogin);
  if (login === undefined) return;
  throw new McptuiError('invalid', `server ${name}: secret ${login.backend}/${login.path} is the login of a server`, {
    hint: `log in to this one separately: mcptui login ${name}`,
  });
}

function refuseMismatch(server: Server): void {
  const { kind } = server.source;
  const wanted = runtimesFor(kind);
  if (!wanted.includes(server.runtime)) {
    throw new McptuiError('invalid', `server ${server.name}: a ${kind} does not run on ${server.runtime}`, {
      hint: `use --runtime ${wanted.join(' or ')}`,
    });
  }
}

/** Refuses a text that is not a URL, and a secret in the host: nobody would see where it leads. */
function refuseOddUrl({ name, source, literal }: ServerDraft): void {
  // What comes over the API has not been looked at yet.
  const given: { readonly kind?: unknown; readonly url?: unknown } | null | undefined = source;
  const { kind, url } = given ?? {};
  if (kind !== 'url' || typeof url !== 'string') return;
  const [, authority = ''] = /^[a-z]{1,8}:\/\/([^?#]{0,300})/i.exec(url) ?? [];
  const before = authority.search(/[{]?secret:(?:env|file)\//);
  if (before === -1 || authority.slice(0, before).includes('/')) {
    if (literal !== true) refuseInUrl(name, url);
    return;
  }
  throw new McptuiError('invalid', `server ${name}: --url: a secret may stand in its path and in its query only`, {
    hint: "a user and a password: --header 'Authorization=Basic secret:file/NAME'",
  });
}

/** What the URL alone tells; a name is judged when it is connected to. */
function refuseAddress({ name, source }: Server): void {
  if (source.kind !== 'url') return;
  const url = checkedUrl(filled(source.url, 'url', () => 'x'));
  const why = urlRefusal(url, source.allowPrivate, source.allowHttp);
  if (why === undefined) return;
  const flags = flagsFor(url, why);
  const hint =
    flags === ''
      ? "give secrets with --header, such as 'Authorization=Basic secret:file/…'"
      : `use https where that is possible; if you trust that server and the network up to it: ${flags}`;
  throw new McptuiError('invalid', `server ${name}: ${why}`, { hint });
}

/** With client credentials nobody looks where the secret goes: it must be said. */
function refuseLooseSecret({ name, source }: Server): void {
  if (source.kind !== 'url' || source.oauth === undefined) return;
  const { clientSecret, grant, issuer } = source.oauth;
  if (clientSecret === undefined || grant !== 'client-credentials' || issuer !== undefined) return;
  throw new McptuiError('invalid', `server ${name}: a client secret needs the authorization server that it is for`, {
    hint: 'name it with --oauth-issuer URL: no other one gets the secret',
  });
}

function refuseClash(tx: Transaction<Shape>, server: Server): void {
  const others = tx.collection('servers').all();
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

function ensureProject(tx: Transaction<Shape>, name: string, clock: Clock, ids: Ids): void {
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

function operatorEvent(kind: string, actor: string, server: Server, message?: string): EventDraft {
  return {
    kind,
    actor,
    target: `server/${server.name}`,
    outcome: 'ok',
    ...(message === undefined ? {} : { message }),
    detail: { project: server.project, env: server.env.map((entry) => entry.name) },
  };
}
