/** Describes a server as the router knows it: by its name, its instances by their ids. */
import type { EpochMs } from '../../kernel/clock.ts';
import type { Json, JsonObject } from '../../kernel/json.ts';
import type { Naming } from './lists.ts';

/** A server that agents of a project may reach, whether or not an instance of it runs. */
export interface RoutedServer {
  readonly name: string;
  /** Tells definitions of one name apart, so that what is remembered of one is not taken for another's; absent = nothing is remembered. */
  readonly definition?: string;
  /** How long a call waits for a first or another instance that is starting. Default 60 s. */
  readonly startTimeoutMs?: number;
  readonly project: string;
  /** Before `__tool`; "" = names as they are. */
  readonly prefix: string;
  /** How long the names of its project may be. Default 64 characters, nothing in front. */
  readonly naming?: Naming;
  /** What agents should know of it; put in front of its tools' descriptions. */
  readonly context?: string;
  /** When the router gives a call up by itself (-32001). */
  readonly callTimeouts?: {
    /** Without a progress notification; default 5 min. Given, progress is asked for where the agent does not. */
    readonly idleMs?: number;
    /** In total; default 1 h. */
    readonly ceilingMs?: number;
  };
  /** Requests of agents that an instance may have at once, the rest waits in order; absent = as many as come. */
  readonly maxInFlight?: number;
  /** Why a call cannot be answered while no instance is connected; goes into the error's `data`. */
  readonly down?: { readonly state: string; readonly reason: string; readonly retryAt?: EpochMs };
  /** Why calls fail though instances are connected: what runs them does not answer, and nothing of theirs can arrive. */
  readonly away?: { readonly state: string; readonly reason: string; readonly retryAt?: EpochMs };
  /** `session`: an instance serves one session at a time. Default `shared`. */
  readonly isolation?: 'session' | 'shared';
  /** Of an isolated server: most instances at once, so most sessions. Default 8. */
  readonly maxInstances?: number;
  /** Of an isolated server with instances that run: why there will not be another one soon. */
  readonly noMore?: { readonly state: string; readonly reason: string; readonly retryAt?: EpochMs };
}

export interface OpenCalls {
  readonly open: number;
  /** When the oldest was sent. */
  readonly oldestAt?: EpochMs;
}

export interface ToolSummary {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
}

export interface ProbeRequest {
  /** Undefined: `tools/list` (or `resources/list`, `prompts/list`, `ping` for a server without tools). */
  readonly tool?: string;
  readonly args?: { readonly [key: string]: Json };
  readonly timeoutMs: number;
}

export type ProbeOutcome =
  | {
      readonly ok: true;
      readonly durationMs: number;
      readonly tools?: number;
      /** Of the list of tools that it was answered with: another one means that the list has changed. */
      readonly digest?: string;
    }
  | {
      readonly ok: false;
      readonly durationMs: number;
      /** `PROBE_REFUSED`: by HTTP, without a JSON-RPC answer. */
      readonly code:
        | 'PROBE_TIMEOUT'
        | 'PROBE_RPC_ERROR'
        | 'PROBE_TOOL_ERROR'
        | 'PROBE_UNKNOWN_TOOL'
        | 'PROBE_REFUSED'
        | 'PROBE_RATE_LIMITED'
        | 'PROBE_LOST';
      readonly message: string;
      /** When the server wants to be asked again. */
      readonly retryAfterMs?: number;
    };

/** A resource that the engine itself reads, for a prompt that links it. */
export interface ResourceRequest {
  readonly server: string;
  /** The server must be in it. */
  readonly project: string;
  /** As the server names it. */
  readonly uri: string;
  readonly timeoutMs: number;
  /** Of the answer. */
  readonly maxBytes: number;
  /** An agent reads it: an isolated server may start an instance for it. Else only what runs is asked. */
  readonly isUse: boolean;
}

/** What servers say in it is masked and cut, except the contents. */
export type ResourceOutcome =
  | { readonly kind: 'contents'; readonly contents: readonly JsonObject[] }
  | { readonly kind: 'no-server' }
  | { readonly kind: 'other-project'; readonly project: string }
  | { readonly kind: 'down'; readonly state: string; readonly reason: string }
  /** Each instance of an isolated server serves a session. */
  | { readonly kind: 'busy' }
  /** It has said that it has no resources. */
  | { readonly kind: 'no-resources' }
  | { readonly kind: 'error'; readonly code: number; readonly message: string }
  | { readonly kind: 'refused'; readonly message: string; readonly retryAfterMs?: number }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'lost'; readonly message: string };
