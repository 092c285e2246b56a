/** Lists what operators may see and do of the router: what servers offer, caches, sessions. */
import type { CatalogQuery, ServerCatalog, ToolPlace, UpstreamState } from '../types/catalog.ts';

export interface OperatorsFace {
  /** What servers offer. Lists that are not fresh are asked for first, within the deadline of lists. Never rejects. */
  catalog(query?: CatalogQuery): Promise<readonly ServerCatalog[]>;
  /** `tool` is the server's own name. A server that is starting is waited for, `patienceMs` at most. Never rejects. */
  findTool(server: string, tool: string, patienceMs?: number): Promise<ToolPlace>;
  upstreams(): readonly UpstreamState[];
  /** Asks a server, or all, for their lists again; agents are told when they differ. The servers concerned. */
  dropLists(server?: string): readonly string[];
  /** Fails what is in flight in it. False when there is no such session. */
  endSession(id: string, reason: string): boolean;
}
