/** What operators may ask about the router: what servers offer, calls of their own, sessions, caches. A part of `EngineCommands`. */
import type { JsonObject } from '../../kernel/json.ts';
import type { CatalogItem, CatalogList, CatalogQuery, ServerCatalog } from '../../mcp/types/catalog.ts';
import type { ListState } from '../../mcp/types/lists.ts';

export type { CatalogItem, CatalogList, CatalogQuery, ListState, ServerCatalog };

export interface CallOptions {
  /** Refused with `not-found` when the server is in another one. */
  readonly project?: string;
  /** Absent = as long as it takes. */
  readonly timeoutMs?: number;
  /** A name of the caller's choice, for `cancelCall`; unique while the call runs. */
  readonly callId?: string;
  /** Names of arguments whose texts are secrets: masked in the audit log, in the answer and wherever else text is kept. */
  readonly secretArgs?: readonly string[];
}

/** A call as it was answered, by a result (`isError` ones, too) or by a JSON-RPC error of the server. */
export interface CallReport {
  readonly server: string;
  readonly tool: string;
  /** The name that agents use. */
  readonly exposed: string;
  /** The JSON-RPC answer as it came; only secrets that mcptui knows are masked in it. */
  readonly answer: string;
  /** Of the answer. */
  readonly bytes: number;
  readonly durationMs: number;
}

export interface RouterCommands {
  /** Lists that are not fresh are asked for first, within the deadline of lists. @throws McptuiError `not-found` for a named server */
  catalog(query?: CatalogQuery): Promise<readonly ServerCatalog[]>;
  /**
   * Calls a tool by its server's own name for it, on the way of agents' calls; the audit log names the operator.
   * @throws McptuiError `not-found` (server, tool), `conflict` (agents cannot reach it; cancelled; `callId` taken),
   * `unavailable` (the server is down or was lost), `timeout`, `invalid`
   */
  callTool(server: string, tool: string, args: JsonObject, options?: CallOptions): Promise<CallReport>;
  /** Ends a call under way: the server is told. False when there is none of this name. */
  cancelCall(callId: string): Promise<boolean>;
  /** Fails its calls in flight and closes its connection. @throws McptuiError `not-found` */
  disconnectSession(id: string): Promise<void>;
  /** Asks a server, or all, for their lists again; agents are told when they differ. The servers. @throws McptuiError `not-found` */
  dropLists(server?: string): Promise<readonly string[]>;
}

/** The names in `RouterCommands`, for channels. */
export const routerCommandNames = {
  catalog: 'reads',
  callTool: 'changes',
  cancelCall: 'changes',
  disconnectSession: 'changes',
  dropLists: 'changes',
} as const satisfies Readonly<Record<keyof RouterCommands, 'reads' | 'changes'>>;
