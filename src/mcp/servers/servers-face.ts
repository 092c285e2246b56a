/** Lists what connects servers: which exist, their instances, and whether these answer. */
import type { ConnectOutcome, RemoteTarget, UpstreamStream } from '../types/connection.ts';
import type {
  OpenCalls,
  ProbeOutcome,
  ProbeRequest,
  ResourceOutcome,
  ResourceRequest,
  RoutedServer,
  ToolSummary,
} from '../types/server.ts';

export interface ServersFace {
  /** The servers that exist now: level-based, replaces what was said before. Sessions get `list_changed` when their lists differ. */
  setServers(servers: readonly RoutedServer[]): void;
  /** Performs `initialize` on a started instance; on success calls are routed to it until the stream ends or `disconnect`. */
  connect(
    instance: { readonly id: string; readonly server: string },
    target: UpstreamStream | RemoteTarget,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<ConnectOutcome>;
  /** Fails what is in flight on it with `reason`. Idempotent. */
  disconnect(instanceId: string, reason: string): void;
  /** Calls that come while it is drained wait for the next instance, or go to another one. */
  drain(instanceId: string, isDraining: boolean): void;
  probe(instanceId: string, request: ProbeRequest, signal: AbortSignal): Promise<ProbeOutcome>;
  /** Reads a resource for the engine itself. Never rejects; takes no longer than the request says. */
  readResource(request: ResourceRequest): Promise<ResourceOutcome>;
  tools(instanceId: string): readonly ToolSummary[];
  /** Agents' calls that this instance has not answered. */
  openCalls(instanceId: string): OpenCalls;
}
