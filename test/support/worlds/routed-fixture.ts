/** What an engine in memory says of the router: catalogues as given, calls answered or left to wait. */
import type {
  CallReport,
  CatalogItem,
  RouterCommands,
  ServerCatalog,
  UpstreamView,
} from '../../../src/engine/index.ts';
import type { KnownNames } from './known-names.ts';
import type { JsonObject } from '../../../src/kernel/json.ts';
import { fixtureNow, minute } from '../builders/console-builders.ts';

export interface RoutedRows {
  /** A function is asked each time. */
  readonly catalog?: readonly ServerCatalog[] | (() => readonly ServerCatalog[]);
  /** The answer's `result`; default: the arguments as text. A promise leaves the call waiting. */
  readonly call?: (server: string, tool: string, args: JsonObject) => JsonObject | Promise<JsonObject>;
  /** Instead of the result: the whole answer. */
  readonly answer?: string;
}

export function routedFixture(
  rows: RoutedRows,
  ask: (line: string) => Promise<void>,
  known: KnownNames,
): RouterCommands {
  const catalogs = (): readonly ServerCatalog[] =>
    typeof rows.catalog === 'function' ? rows.catalog() : (rows.catalog ?? []);
  const refuseUnknown = (name: string): void => {
    if (!catalogs().some(({ server }) => server === name)) known.server(name);
  };
  return {
    catalog: async (query = {}) =>
      catalogs().filter(
        ({ server, project }) => (query.server ?? server) === server && (query.project ?? project) === project,
      ),
    async callTool(server, tool, args): Promise<CallReport> {
      refuseUnknown(server);
      await ask(`callTool ${server} ${tool} ${JSON.stringify(args)}`);
      const result = rows.call?.(server, tool, args) ?? { content: [{ type: 'text', text: JSON.stringify(args) }] };
      const answer = rows.answer ?? JSON.stringify({ jsonrpc: '2.0', id: 2, result: await result });
      return { server, tool, exposed: `${server}__${tool}`, answer, bytes: Buffer.byteLength(answer), durationMs: 12 };
    },
    async cancelCall() {
      await ask('cancelCall');
      return true;
    },
    async disconnectSession(id) {
      known.session(id);
      await ask(`disconnectSession ${id}`);
    },
    async dropLists(server) {
      if (server !== undefined) refuseUnknown(server);
      await ask(`dropLists ${server ?? 'all'}`);
      return server === undefined ? ['all'] : [server];
    },
  };
}

/** A tool with one required text, unless told otherwise. */
export function aTool(name: string, definition: JsonObject = {}, server = 'fs'): CatalogItem {
  return {
    name,
    exposed: `${server}__${name}`,
    definition: {
      name,
      description: `What ${name} does.`,
      inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
      ...definition,
    },
  };
}

export function aCatalog(
  server: string,
  tools: readonly CatalogItem[],
  part: Partial<ServerCatalog> = {},
): ServerCatalog {
  const empty = { isKnown: true, items: [] };
  return {
    server,
    project: 'default',
    instances: 1,
    lists: { tools: { isKnown: true, items: tools }, prompts: empty, resources: empty, templates: empty },
    ...part,
  };
}

/** One server with so many tools. */
export function manyTools(total: number): ServerCatalog {
  return aCatalog(
    'fs',
    Array.from({ length: total }, (_, index) => aTool(`tool_${String(index).padStart(5, '0')}`)),
  );
}

/** A server that answers, its tools fetched a minute ago. */
export function anUpstream(part: Partial<UpstreamView> = {}): UpstreamView {
  const server = part.server ?? 'fs';
  return {
    id: `srv_${server}`,
    server,
    project: 'default',
    state: 'ready',
    isolation: 'session',
    instances: 1,
    tools: 11,
    list: { fetchedAt: fixtureNow - 4 * minute, freshUntil: fixtureNow + minute },
    calls: 38,
    p50Ms: 9.2,
    p95Ms: 31,
    errors5m: 0,
    ...part,
  };
}

/** A failing one: its lists were not to be had 8 seconds ago, and are asked for again in 22. */
export function aFailingUpstream(part: Partial<UpstreamView> = {}): UpstreamView {
  const { tools: _tools, p50Ms: _p50, p95Ms: _p95, ...base } = anUpstream({ server: 'gitea', ...part });
  return {
    ...base,
    state: 'error',
    reason: 'SECRET_UNRESOLVED: GITEA_TOKEN: file: no entry',
    instances: 0,
    list: { freshUntil: fixtureNow + 22_000, failure: 'not connected' },
    calls: 12,
    errors5m: 12,
    ...part,
  };
}
