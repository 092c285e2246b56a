/** What the rest of the program sees of the router. It knows servers by name and instances by id; no containers, no files. */
import type { Duplex } from 'node:stream';
import type { EpochMs } from '../kernel/clock.ts';
import type { Json, JsonObject } from '../kernel/json.ts';
import type { ConnectOutcome, RemoteTarget, UpstreamStream } from './upstream/connection.ts';
import type { ModernDownstream } from './downstream/modern/modern-downstream.ts';
import type { ListMemory } from './lists/list-memory.ts';
import type { Naming } from './lists/qualified-name.ts';
import type { SessionLink } from './downstream/session-link.ts';

export type {
  ConnectFailure,
  ConnectOutcome,
  ProxyEnv,
  RemoteTarget,
  UpstreamInfo,
  UpstreamStream,
} from './upstream/connection.ts';
export type { RemoteAuth } from './upstream/remote/link.ts';

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

export interface ProbeRequest {
  /** Undefined: `tools/list` (or `resources/list`, `prompts/list`, `ping` for a server without tools). */
  readonly tool?: string;
  readonly args?: { readonly [key: string]: Json };
  readonly timeoutMs: number;
}

export interface SessionInfo {
  readonly id: string;
  readonly project: string;
  /** As named at launch; the router passes them on and understands nothing of them. */
  readonly agent?: string;
  readonly personality?: string;
  /** `token/reviewer`, where the connection has been authenticated. */
  readonly principal?: string;
  /** `operator:ann`: the session is one call of this operator. */
  readonly operator?: string;
  /** `name version` from `initialize`; `-` before it. */
  readonly client: string;
  readonly since: EpochMs;
  readonly lastAt: EpochMs;
  readonly calls: number;
  readonly errors: number;
  /** Requests that are with servers now, and that wait for their turn. */
  readonly open: number;
  readonly waiting: number;
  /** When the oldest of those with servers was sent. */
  readonly oldestAt?: EpochMs;
}

/** How an agent was launched. */
export interface SessionIdentity {
  readonly project: string;
  readonly agent?: string;
  readonly personality?: string;
  /** `token/reviewer`: who has authenticated, where a connection needs that. */
  readonly principal?: string;
  /** `operator:ann`: no agent's session, but one call of this operator. */
  readonly operator?: string;
}

export type BuiltinListKind = 'tools' | 'prompts' | 'resources';

/** A result, or the error to answer with. */
export type BuiltinAnswer =
  | { readonly result: JsonObject }
  | { readonly error: { readonly code: number; readonly message: string; readonly data?: Json } };

/**
 * What mcptui itself offers to agents beside their servers: tools, prompts and resources of its own. Asked by the router,
 * which knows neither what they are nor where they are kept. A transparent project (one server with prefix "") gets the
 * instructions only: its lists are the server's.
 */
export interface BuiltinContent {
  /** Comes before the servers' own instructions; "" = nothing. Called at `initialize`. */
  instructions(session: SessionInfo): string;
  /** Items of a list as they are sent. The same array for as long as nothing changed, so that its text is kept. */
  list(session: SessionInfo, kind: BuiltinListKind): readonly JsonObject[];
  /** Undefined: not one of ours. `args` as sent, not yet checked. Never rejects. */
  callTool(session: SessionInfo, name: string, args: Json | undefined): Promise<BuiltinAnswer> | undefined;
  getPrompt(session: SessionInfo, name: string, args: Json | undefined): BuiltinAnswer | undefined;
  readResource(session: SessionInfo, uri: string): BuiltinAnswer | undefined;
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
  probe(instanceId: string, request: ProbeRequest, signal: AbortSignal): Promise<ProbeOutcome>;
  tools(instanceId: string): readonly ToolSummary[];
  /** Agents' calls that this instance has not answered. */
  openCalls(instanceId: string): OpenCalls;
  /** Serves one agent on a byte stream until it ends; returns the session's id. */
  accept(stream: Duplex, session: SessionIdentity): string;
  /** The same for an agent that something else than a byte stream carries. */
  open(link: SessionLink, session: SessionIdentity): string;
  /** A session for an agent that says with each request who it is; `closed` is called when it ends. */
  openModern(session: SessionIdentity, closed: () => void): ModernDownstream;
  /** Lists of own content differ now: the sessions concerned (default: all) get `list_changed`, once for changes that come together. */
  builtinChanged(kinds: readonly BuiltinListKind[], concerns?: (session: SessionInfo) => boolean): void;
  /** Own content at this URI differs now: its subscribers get `resources/updated`. */
  builtinUpdated(uri: string): void;
  /** Subscribes a session to an own URI as `resources/subscribe` would; nothing happens when the session is gone. */
  subscribeOwn(sessionId: string, uri: string): void;
  sessions(): readonly SessionInfo[];
  readonly desk: RouterDesk;
  counts(): RouterCounts;
  /** Ends every session and fails what is in flight. */
  close(): Promise<void>;
}

/** What the router holds right now; all but the first two are 0 when nothing is under way. */
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

/** How old what is known of a list is. */
export interface ListState {
  /** Of the last good answer; absent before the first one. */
  readonly fetchedAt?: EpochMs;
  /** Until then nobody asks again: a while after a good answer, a shorter one after a failure. Absent = the next reader asks. */
  readonly freshUntil?: EpochMs;
  /** Why the last answer was none. */
  readonly failure?: string;
}

/** A tool, prompt, resource or resource template of a server. */
export interface CatalogItem {
  /** The server's own name, URI or URI template. */
  readonly name: string;
  /** What agents use; absent when they cannot reach it. */
  readonly exposed?: string;
  /** Why agents cannot reach it, what it hides, or that its name was cut. */
  readonly problem?: string;
  /** As the server gave it. */
  readonly definition: JsonObject;
}

export interface CatalogList extends ListState {
  /** False until the server answered once. */
  readonly isKnown: boolean;
  readonly items: readonly CatalogItem[];
}

/** A server as the router sees it. */
export interface UpstreamState {
  readonly server: string;
  readonly project: string;
  /** Connected ones. */
  readonly instances: number;
  /** Present while none is connected. */
  readonly down?: { readonly state: string; readonly reason: string; readonly retryAt?: EpochMs };
  /** How many; absent until it answered `tools/list`. */
  readonly tools?: number;
  /** Of its tools. */
  readonly list: ListState;
  /** Capabilities that it has declared, by name; absent until it has connected. */
  readonly declared?: readonly string[];
  /** Lists that it answers for though it has declared no capability for any. */
  readonly undeclared?: readonly ('tools' | 'prompts' | 'resources' | 'templates')[];
}

export interface ServerCatalog extends Omit<UpstreamState, 'tools' | 'list'> {
  readonly lists: Readonly<Record<'tools' | 'prompts' | 'resources' | 'templates', CatalogList>>;
}

export interface CatalogQuery {
  readonly server?: string;
  readonly project?: string;
}

/** Where a tool is to be called. */
export type ToolPlace =
  | { readonly kind: 'tool'; readonly project: string; readonly item: CatalogItem }
  | { readonly kind: 'no-server' }
  /** The server's tools are known, and this is none of them. */
  | { readonly kind: 'no-tool'; readonly names: readonly string[] }
  | { readonly kind: 'down'; readonly down: NonNullable<UpstreamState['down']> };

/** The router's inside for operators. */
export interface RouterDesk {
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
