/** Describes what the console and the command line see of the engine: immutable, plain JSON, kept current by patches. */
import type { RunningImage, RuntimeState } from '../ports.ts';
import type { OutsideEngine } from '../runtimes/registry.ts';
import type { EpochMs } from '../../kernel/clock.ts';
import type { DigestProgress } from '../digests/progress.ts';
import type { GateView } from '../gate/types.ts';
import type { Health, Phase } from '../instances/phase.ts';
import type { Isolation } from '../servers/isolation.ts';
import type { FailureWords } from '../instances/failure-words.ts';
import type { Failure } from '../../store/schema/failure.ts';
import type { RuntimeKind } from '../../store/schema/runtime-kind.ts';
import type { InstanceEvent, RetryState } from '../../store/schema/instance.ts';
import type { Server } from '../../store/schema/server.ts';
import type { AuditEvent, StoreState } from '../../store/types.ts';
import type { ListState } from '../../mcp/types/lists.ts';
import type { CallFigures } from '../router/upstream-stats.ts';
import type { BackendStateView } from '../secrets/backends/backend-view.ts';
import type { SecretFileState, SecretView } from '../secrets/secret-view.ts';
import type { AgentView, PersonalityView, PromptView, ProposalView, SkillView } from '../content/types.ts';

export type { AuditEvent, AuditQuery, ChainHead, Outcome, StoreState, VerifyReport } from '../../store/types.ts';
export type { Failure, FailureOf } from '../../store/schema/failure.ts';
export type { InstanceEvent, RetryState } from '../../store/schema/instance.ts';
export type { RuntimeKind } from '../../store/schema/runtime-kind.ts';
export type { EnvEntry, HealthCheck, Server, ServerInput, Source } from '../../store/schema/server.ts';
export type { Health, Phase } from '../instances/phase.ts';
export type { RuntimeState } from '../ports.ts';
export type * from '../content/types.ts';

/** How an instance's server is reached: container image, npx, uvx, plain command, remote URL; `llm`: it is the program of a model. */
export type Via = 'img' | 'npx' | 'uvx' | 'cmd' | 'http' | 'sse' | 'llm';

/** A runtime as seen last. `outside`: what it is called when it is a program of its own, which may be away. */
export type RuntimeView = RuntimeState & { readonly outside?: Pick<OutsideEngine, 'label' | 'short'> };

export interface EngineInfo {
  readonly version: string;
  readonly pid: number;
  /** `embedded`: lives in a console and ends with it. */
  readonly hosting: 'embedded' | 'daemon';
  /** Where it listens besides its socket, such as `http://127.0.0.1:7777`. */
  readonly httpAddress?: string;
  readonly startedAt: EpochMs;
  readonly dataDir: string;
  readonly socketPath: string;
  readonly storage: StoreState;
  /** How each runtime is as seen last. */
  readonly runtimes: Readonly<Record<RuntimeKind, RuntimeView>>;
  /** Errors that nobody foresaw since it started; events of kind `bug` tell of them. */
  readonly bugs: number;
  /** How far models are with summing up prompts; absent while there is nothing that one may sum up. */
  readonly summaries?: DigestProgress;
  /** Absent from an engine that does not tell. */
  readonly secretFile?: SecretFileState;
  /** Backends of secrets that operators have defined; absent from an engine that has none. */
  readonly secretBackends?: readonly BackendStateView[];
}

/** Outcome of a probe that an operator asked for. */
export interface ProbeReport {
  readonly ok: boolean;
  readonly durationMs: number;
  readonly target: string;
  readonly error?: string;
}

export interface ProbeView {
  /** `tools/list` or the tool's name; of a model `GET /v1/models`. */
  readonly target: string;
  readonly lastAt?: EpochMs;
  readonly nextAt?: EpochMs;
  readonly lastError?: string;
  /** The newest up to 16 probes, oldest first: milliseconds, or null for a failure. */
  readonly samples: readonly (number | null)[];
  readonly p50Ms?: number;
  readonly p95Ms?: number;
}

/** A failure in words, and its facts for whoever has to decide. */
export interface FailureView extends FailureWords {
  readonly facts: Failure;
}

export interface InstanceView {
  readonly id: string;
  readonly name: string;
  /** The server's name. */
  readonly server: string;
  readonly serverId: string;
  /** The managed model whose program it is; absent for an instance of a server. */
  readonly model?: string;
  /** Of a model's program: its words, as they may be shown. */
  readonly runs?: string;
  readonly project: string;
  readonly via: Via;
  readonly runtime: RuntimeKind;
  readonly phase: Phase;
  readonly health: Health;
  /** Why the health is not healthy, in a few words: `slow: p95 2.4s > 1s`, `PROBE_TOOL_ERROR "token is required"`. */
  readonly healthReason?: string;
  readonly desired: 'running' | 'stopped';
  readonly desiredBy: string;
  readonly desiredAt: EpochMs;
  readonly held: boolean;
  /** Undefined until the server answered `tools/list`. */
  readonly tools?: number;
  readonly restarts: number;
  readonly createdAt: EpochMs;
  readonly phaseSince: EpochMs;
  readonly retry?: RetryState;
  /** Why it is in phase `error`. */
  readonly failure?: FailureView;
  readonly probe?: ProbeView;
  /** Lines on stdout that were not JSON-RPC. */
  readonly invalidLines: number;
  readonly pid?: number;
  readonly containerId?: string;
  /** The session that it serves, and no other; absent when it is idle or shared. */
  readonly lease?: { readonly sessionId: string; readonly client: string; readonly since: EpochMs };
  /** Grows with every event, so that an open detail knows when to ask again. */
  readonly eventCount: number;
}

export interface SessionView {
  readonly id: string;
  /** `claude-code 2.1`, from `initialize`; `-` before it. */
  readonly client: string;
  readonly project: string;
  /** Named at launch. */
  readonly agent?: string;
  readonly personality?: string;
  readonly since: EpochMs;
  readonly lastAt: EpochMs;
  readonly calls: number;
  readonly errors: number;
  /** Requests that are with servers now, and that wait for their turn. */
  readonly open: number;
  readonly waiting: number;
  /** When the oldest of those with servers was sent. */
  readonly oldestAt?: EpochMs;
  /** Absent in a project without one. */
  readonly gate?: GateView;
}

/** A session that is over; the last ones are kept while the engine runs. */
export interface EndedSessionView extends SessionView {
  readonly endedAt: EpochMs;
  readonly reason: string;
}

/** A server as the router sees it, and how its calls go. */
export interface UpstreamView extends CallFigures {
  /** The server's. */
  readonly id: string;
  readonly server: string;
  readonly project: string;
  /** `ready` while an instance is connected, else what it is instead: `starting`, `error`, `stopped`. */
  readonly state: string;
  /** Why it is not ready. */
  readonly reason?: string;
  /** An instance for each session, or sessions spread over all. */
  readonly isolation: Isolation;
  /** Connected ones. */
  readonly instances: number;
  /** Absent until it answered `tools/list`. */
  readonly tools?: number;
  /** What is known of its tools, to the second. */
  readonly list: ListState;
  /** The worst of its running instances; absent when none runs. */
  readonly health?: Health;
  /** Why that one is not healthy. */
  readonly healthReason?: string;
  /** Capabilities that it has declared, by name; absent until it has connected. */
  readonly declared?: readonly string[];
  /** Lists that it answers for though it has declared no capability for any. */
  readonly undeclared?: readonly string[];
}

export interface ProjectView {
  readonly id: string;
  readonly name: string;
  readonly servers: number;
  readonly gated: boolean;
}

/** Kind of row → the row. */
export interface ViewRows {
  readonly projects: ProjectView;
  readonly servers: Server;
  readonly instances: InstanceView;
  readonly sessions: SessionView;
  readonly endedSessions: EndedSessionView;
  readonly upstreams: UpstreamView;
  readonly agents: AgentView;
  readonly prompts: PromptView;
  readonly personalities: PersonalityView;
  readonly skills: SkillView;
  readonly proposals: ProposalView;
  readonly secrets: SecretView;
}
export type ViewKind = keyof ViewRows;

/** By id; in order of creation. */
export type EngineView = { readonly [K in ViewKind]: ReadonlyMap<string, ViewRows[K]> } & {
  readonly info: EngineInfo;
  /** Numbers of the audit log: how many events, and whether its chain was whole when it was read last, what could not be kept. */
  readonly audit: { readonly lastEvent: number; readonly chain: 'ok' | 'broken'; readonly lost: number };
};

/** One change of the view; a batch of them is applied as one. Plain JSON, so that it crosses any channel. */
export type ViewPatch =
  | { readonly op: 'info'; readonly value: EngineInfo }
  | { readonly op: 'audit'; readonly value: EngineView['audit'] }
  | { readonly [K in ViewKind]: { readonly op: 'put'; readonly kind: K; readonly value: ViewRows[K] } }[ViewKind]
  | { readonly op: 'delete'; readonly kind: ViewKind; readonly id: string };

/** Facts of an instance that its open detail shows beyond its row. */
export interface InstanceDetail {
  readonly id: string;
  readonly events: readonly InstanceEvent[];
  readonly spec: Server;
  /** Names and where each value comes from; never a value, literals included. */
  readonly env: readonly {
    readonly name: string;
    readonly from: string;
    /** `stale`: it runs with the value that was there before. */
    readonly state: 'ok' | 'stale' | 'unresolved' | 'unknown';
  }[];
  readonly tools: readonly { readonly name: string; readonly title?: string; readonly description?: string }[];
  /** Agents' calls that it has not answered, and when the oldest was sent. */
  readonly calls: { readonly open: number; readonly oldestAt?: EpochMs };
  /** What its containers are made of. */
  readonly image?: RunningImage;
  /** What was started: argv or image with its command; the runtime's id. */
  readonly command: readonly string[];
}

export interface LogLine {
  /** Running number within the log of this instance; begins anew with the engine, and goes on below 1 for older lines. */
  readonly n: number;
  readonly at: EpochMs;
  /** `start` and `exit` are the engine's marks around what one run of the server has written. */
  readonly stream: 'stderr' | 'stdout' | 'engine' | 'start' | 'exit';
  readonly text: string;
}

export type { AuditEvent as AuditEventView };
