/** Tells the engine of calls, sessions and instances, as they come and end. */
import type { EpochMs } from '../../kernel/clock.ts';
import type { Json } from '../../kernel/json.ts';
import type { ConnectFailure } from './connection.ts';
import type { DefinitionDiff, ListKind, Oddity } from './lists.ts';
import type { ToolSummary } from './server.ts';
import type { SessionInfo } from './session.ts';

/** What a stage made of a long result. */
export type AnswerTrace =
  /** Kept whole under `id`, and given in pages: tokens (≈) of the whole, and of what the agent did not get. */
  | {
      readonly id: string;
      readonly count: number;
      readonly tokens: number;
      readonly withheldTokens: number;
      /** The model whose summary the agent got in the place of the first page. */
      readonly summary?: string;
      /** Why it got no summary, where one was to be. */
      readonly noSummary?: string;
    }
  /** Why the agent got all of it. */
  | { readonly failed: string };

/** One `tools/call` of an agent, as it ended. */
export interface ToolCallTrace {
  readonly sessionId: string;
  readonly client: string;
  readonly project: string;
  /** As named at launch. */
  readonly agent?: string;
  readonly personality?: string;
  /** `agent:reviewer`: who has proven to be that. */
  readonly subject?: string;
  /** `operator:ann`: not an agent's, but a call of this operator. */
  readonly operator?: string;
  /** `mcptui` for its own tools. */
  readonly server: string;
  readonly instanceId?: string;
  /** The upstream's own name. */
  readonly tool: string;
  readonly startedAt: EpochMs;
  readonly durationMs: number;
  /** `tool-error`: a result with `isError`; `rpc-error`: a JSON-RPC error; `lost`: the upstream went away. */
  readonly outcome: 'ok' | 'tool-error' | 'rpc-error' | 'lost' | 'cancelled' | 'timeout';
  /** The error's code and message, or the first text of an `isError` result; masked, and cut to 500 characters. */
  readonly error?: string;
  readonly requestBytes: number;
  /** Of what the server said. */
  readonly responseBytes: number;
  /** The agent got something else. */
  readonly pages?: AnswerTrace;
  /** As sent, not masked; with `argumentsBytes`, long strings are cut to `KEPT_BYTES` or more. */
  readonly arguments?: Json;
  /** How they were written, of a request that is larger than `maxTracedArgumentBytes`. */
  readonly argumentsText?: string;
  /** The same of a long request, in pieces. */
  readonly argumentsBytes?: readonly Buffer[];
  /** Names of arguments that the tool's schema marks as secret. */
  readonly secretNames?: ReadonlySet<string>;
}

/** A call that has been with its server for a minute. */
export interface OpenCallRecord extends Pick<
  ToolCallTrace,
  'sessionId' | 'client' | 'project' | 'agent' | 'personality' | 'subject' | 'operator' | 'server' | 'tool'
> {
  readonly instanceId: string;
  readonly openMs: number;
}

/** `refused`: nobody to ask, or the client cannot do it; `cancelled`: taken back, or the client or the server is gone. */
export type ServerRequestEnd = 'ok' | 'error' | 'refused' | 'cancelled';

/** One request of a server to an agent's client (sampling, elicitation, roots …), as it ended. */
export interface ServerRequestRecord {
  readonly server: string;
  readonly instanceId: string;
  readonly method: string;
  /** Absent when it reached none. */
  readonly sessionId?: string;
  readonly client?: string;
  readonly project?: string;
  readonly agent?: string;
  readonly startedAt: EpochMs;
  readonly durationMs: number;
  readonly outcome: ServerRequestEnd;
  readonly error?: string;
}

/** Definitions of a server that agents do not get as it gave them. */
export interface OddDefinitionsRecord {
  readonly server: string;
  readonly kind: ListKind;
  readonly oddities: readonly Oddity[];
}

/** A server's list is another one than before. */
export interface ChangedDefinitionsRecord {
  readonly server: string;
  readonly kind: ListKind;
  readonly diff: DefinitionDiff;
}

/** What an agent was shown: a list, its instructions, a prompt, what opened its gate, or content of mcptui's own that it read. */
export interface SawRecord {
  readonly sessionId: string;
  readonly session: () => SessionInfo;
  readonly what: ListKind | 'instructions' | 'prompt' | 'begin_session' | 'read';
  /** Of the prompt, as it was asked for; the URI of what was read. */
  readonly name?: string;
  /** Of the answer, about. */
  readonly bytes: number;
  /** JSON of the result: another text when the content is another one. Absent: it is too long to be looked through. */
  readonly text?: string;
  /** The same as it was written to the agent, with what its revision of the protocol adds. */
  readonly sent: () => string;
}

/** What the router tells; each is called synchronously and must not throw. */
export interface RouterObserver {
  /** Asked before each `tools/call`: why none is taken now. */
  callRefusal?(): string | undefined;
  toolCall(trace: ToolCallTrace): void;
  /** Once for each call that takes this long. */
  callOpen?(record: OpenCallRecord): void;
  /** Told of each, also when nothing has changed; after the answer has left. */
  agentSaw?(record: SawRecord): void;
  sessionBound(session: SessionInfo): void;
  /** Counters moved or the client became known; at most once a second per session. */
  sessionChanged(session: SessionInfo): void;
  sessionEnded(session: SessionInfo, reason: string): void;
  /** The connection to an instance ended or broke; `failure` when more is known than that. */
  upstreamLost(instanceId: string, reason: string, failure?: ConnectFailure): void;
  /** A remote server was given a new session in place of one that was gone, or has refused one; `why` is what led to it. */
  sessionRenewed?(instanceId: string, why: string, isRenewed: boolean): void;
  /**
   * An agent asks for something of a server that is down: resolves when it has been tried again, or that takes too long;
   * undefined when it is not tried now.
   */
  wanted?(server: string): Promise<void> | undefined;
  /** A line on an instance's stdout that is no JSON-RPC message; cut to 500 characters. */
  invalidOutput(instanceId: string, line: string): void;
  /** An instance's tools became known or changed. */
  toolsChanged(instanceId: string, tools: readonly ToolSummary[]): void;
  /** A server asked an agent's client for something, and this is how that ended. */
  serverRequest(record: ServerRequestRecord): void;
  /** So many sessions have or want an instance of an isolated server of their own. */
  demand(server: string, sessions: number): void;
  /** An instance is a session's from now on, until it is lost, retired or disconnected. */
  leased(instanceId: string, session: SessionInfo): void;
  /** Its session has ended, or another kind of client needs one: the instance should be replaced by a fresh one. */
  retired(instanceId: string, reason: string): void;
  /** A name that several servers claim, of which the first keeps it; of one server alone, a name that had to get a hash. */
  nameConflict(project: string, name: string, servers: readonly string[]): void;
  /** Once for each set of them. */
  oddDefinitions?(record: OddDefinitionsRecord): void;
  /** Agents see it from now on; not told of the first list of a server. */
  definitionsChanged?(record: ChangedDefinitionsRecord): void;
  /** An instance has not answered for one of its lists, or has broken off; `reason` undefined: it has answered since. */
  listFailed?(instanceId: string, kind: ListKind, reason: string | undefined): void;
}
