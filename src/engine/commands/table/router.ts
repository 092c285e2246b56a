/** Lists the commands on what the router does: what servers offer, an operator's own calls, sessions, caches. */
import * as z from 'zod';
import type { JsonObject } from '../../../kernel/json.ts';
import type { CatalogQuery, ServerCatalog } from '../../../mcp/types/catalog.ts';
import { callOptions, type CallOptions, type CallReport } from '../../router/call-types.ts';
import { command } from './entry.ts';
import { judgedByCommand, text } from './shapes.ts';

const catalogQuery = z.strictObject({ server: text.exactOptional(), project: text.exactOptional() });

export const routerEntries = {
  catalog: command<(query?: CatalogQuery) => Promise<readonly ServerCatalog[]>>({
    about: 'What servers list. Lists that are not fresh are asked for first, within the deadline of lists.',
    effect: 'reads',
    verb: 'view',
    resource: 'tool',
    audit: [],
    on: () => [],
    seen: (all, sees, meant) => all.filter(({ server }) => sees([meant.server(server)])),
    args: [['query', catalogQuery.optional()]],
  }),
  callTool: command<(server: string, tool: string, args: JsonObject, options?: CallOptions) => Promise<CallReport>>({
    about:
      'Calls a tool by its server’s own name for it, on the way of agents’ calls; the journal names the operator. Refused ' +
      'with `conflict` when agents cannot reach it, it was cancelled or `callId` is taken, `unavailable` when the server is ' +
      'down or was lost, `timeout`.',
    effect: 'changes',
    verb: 'run',
    resource: 'tool',
    audit: ['tool_call_trace'],
    on: (meant, server, tool) => meant.tool(server, tool),
    args: [
      ['server', text],
      ['tool', text],
      ['args', judgedByCommand()],
      ['options', callOptions.optional()],
    ],
  }),
  cancelCall: command<(callId: string) => Promise<boolean>>({
    about: 'Ends a call under way: the server is told. False when there is none of this name.',
    effect: 'changes',
    verb: 'run',
    resource: 'tool',
    audit: [],
    // Nobody else knows its name.
    on: () => [],
    args: [['callId', text]],
  }),
  disconnectSession: command<(id: string) => Promise<void>>({
    about: 'Fails a session’s calls in flight and closes its connection.',
    effect: 'changes',
    verb: 'delete',
    resource: 'session',
    audit: ['session_disconnect'],
    on: (meant, id) => [meant.session(id)],
    args: [['id', text]],
  }),
  dropLists: command<(server?: string) => Promise<readonly string[]>>({
    about:
      'Asks a server, or all, for their lists again; agents are told when they differ. Answers with the names of the servers.',
    effect: 'changes',
    verb: 'run',
    resource: 'server',
    audit: ['lists_drop'],
    on: (meant, server) => [server === undefined ? { kind: 'server' } : meant.server(server)],
    args: [['server', text.optional()]],
  }),
};
