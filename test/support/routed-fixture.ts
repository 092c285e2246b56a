/** What an engine in memory says of the router: catalogues as given, calls answered or left to wait. */
import type { CallReport, CatalogItem, RouterCommands, ServerCatalog } from '../../src/engine/index.ts';
import type { JsonObject } from '../../src/json.ts';

export interface RoutedRows {
  readonly catalog?: readonly ServerCatalog[];
  /** The answer's `result`; default: the arguments as text. A promise leaves the call waiting. */
  readonly call?: (server: string, tool: string, args: JsonObject) => JsonObject | Promise<JsonObject>;
  /** Instead of the result: the whole answer. */
  readonly answer?: string;
}

export function routedFixture(rows: RoutedRows, ask: (line: string) => Promise<void>): RouterCommands {
  return {
    catalog: async (query = {}) =>
      (rows.catalog ?? []).filter(
        ({ server, project }) => (query.server ?? server) === server && (query.project ?? project) === project,
      ),
    async callTool(server, tool, args): Promise<CallReport> {
      await ask(`callTool ${server} ${tool} ${JSON.stringify(args)}`);
      const result = rows.call?.(server, tool, args) ?? { content: [{ type: 'text', text: JSON.stringify(args) }] };
      const answer = rows.answer ?? JSON.stringify({ jsonrpc: '2.0', id: 2, result: await result });
      return { server, tool, exposed: `${server}__${tool}`, answer, bytes: Buffer.byteLength(answer), durationMs: 12 };
    },
    async cancelCall() {
      await ask('cancelCall');
      return true;
    },
    disconnectSession: (id) => ask(`disconnectSession ${id}`),
    async dropLists(server) {
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
