/** Shows the router to the rest of the program by three faces: agents', servers' and operators'. */
import type { AgentsFace } from '../downstream/agents-face.ts';
import type { ListMemory } from '../lists/list-memory.ts';
import type { OperatorsFace } from '../operator/operators-face.ts';
import type { ServersFace } from '../servers/servers-face.ts';

export interface RouterOptions {
  /** Bytes of one message; over it that call fails. Default 64 MiB. */
  readonly maxMessageBytes?: number;
  /** How long `tools/list` of an upstream may take before a list goes out without it. Default 5 s. */
  readonly listDeadlineMs?: number;
  readonly listTtlMs?: number;
  readonly listNegativeTtlMs?: number;
  /** Where lists are kept while no program runs; nowhere by default. */
  readonly listMemory?: ListMemory;
  /** Arguments over this are not kept in traces. Default 4 KiB. */
  readonly maxTracedArgumentBytes?: number;
}
export interface Router {
  readonly agents: AgentsFace;
  readonly servers: ServersFace;
  readonly operators: OperatorsFace;
  counts(): RouterCounts;
  /** Ends every session and fails what is in flight. */
  close(): Promise<void>;
}

/** Figures of what the router holds right now; all but the first two are 0 when nothing is under way. */
export interface RouterCounts {
  readonly sessions: number;
  readonly upstreams: number;
  /** Requests of agents without an answer. */
  readonly calls: number;
  /** Requests that upstreams have not answered, the router's own included. */
  readonly upstreamRequests: number;
  /** Requests of servers that agents have not answered. */
  readonly serverRequests: number;
  readonly subscriptions: number;
}
