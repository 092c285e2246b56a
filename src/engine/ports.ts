/** Describes what the engine needs from outside, each with one contract suite that the fake and every real adapter pass. */
import type { Readable, Writable } from 'node:stream';
import type { AwayState, Failure } from '../store/schema/failure.ts';
import type { RemoteTarget } from '../mcp/types/connection.ts';
import type { RuntimeKind } from '../store/schema/runtime-kind.ts';
import type { Server } from '../store/schema/server.ts';
import type { ResolvedSecrets } from './secrets/secret-source.ts';

/** Request to start a child or container. `env` holds resolved values, secrets included: it goes to the child and nowhere else. */
export interface StartRequest {
  readonly instanceId: string;
  /** `fs-1`, for container names and log files. */
  readonly instanceName: string;
  /** Counts starts of this instance; marks what is found later as current or stale. */
  readonly generation: number;
  readonly server: Server;
  readonly env: Readonly<Record<string, string>>;
  /** Id of the image that it ran first: it runs that one, whatever its name means now. */
  readonly image?: string;
  /** Of the program of a model: where it is to listen, on this machine only. */
  readonly port?: number;
  /** Of a URL: resolved headers and OAuth credentials. */
  readonly remote?: Omit<ResolvedSecrets, 'env'>;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  /** `OOMKilled`, `container removed`, when the runtime knows more than a code. */
  readonly reason?: string;
  /** What could not be ended, for people; undefined = it is gone. */
  readonly left?: string;
  /**
   * Replaces what would be made of the code: a remote server has none, and what ended while its container engine could not be
   * asked, or lost its streams, has not failed.
   */
  readonly failure?: Failure;
}

/** The grace after EOF of what is stopped in a hurry. */
export const HURRY_MS = 100;

/** Image that a container was made of. */
export interface RunningImage {
  readonly id: string;
  /** As a registry names it, when it came from one. */
  readonly digest?: string | undefined;
  /** The image that its name means now, when that is another. */
  readonly namedId?: string | undefined;
}

/** Whatever an instance runs as. */
export interface Running {
  /** For people: pid or container id. */
  readonly runtimeId: string;
  readonly pid?: number;
  readonly containerId?: string;
  readonly image?: RunningImage;
  /** Resolves once, when the process (and for `process` its whole tree) is gone. Never rejects. */
  readonly exited: Promise<Exit>;
  /**
   * EOF, then TERM, then KILL, each after its grace; resolves when the whole tree or the container is gone, or when that
   * takes seconds longer than the graces: then `exited` tells what is `left`. Idempotent, never rejects.
   * `hurry`: the grace after EOF is short, because something waits for its successor.
   */
  stop(hurry?: 'hurry'): Promise<void>;
}

/** One running child or container: its MCP stream and its end. */
export interface RunningProcess extends Running {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Always drained by the holder. */
  readonly stderr: Readable;
}

/** A server that runs elsewhere: nothing was started, there is only somewhere to connect to. */
export interface RunningRemote extends Running {
  readonly target: RemoteTarget;
  /** The connection is gone, and why; `exited` says so. */
  lost(failure: Failure): void;
}

export function isRemote(running: Running): running is RunningRemote {
  return 'target' in running;
}

export type StartOutcome<Started extends Running = RunningProcess> =
  | { readonly ok: true; readonly process: Started }
  /** The operator can act on it; of kind `runtime-away` it is no failure of the server. */
  | { readonly ok: false; readonly failure: Failure };

/** It cannot be asked, and why. */
export interface AwayRuntime {
  readonly kind: Exclude<AwayState, 'went-away'>;
  readonly reason: string;
}

/** A runtime as last seen. `unused`: no server asks for it, so it was not asked. */
export type RuntimeState =
  | { readonly kind: 'ok'; readonly version: string }
  | { readonly kind: 'unused'; readonly reason: string }
  | AwayRuntime;

export interface Runtime<Started extends Running = RunningProcess> {
  readonly kind: RuntimeKind;
  /** Argv or image with its command, for people; holds no env values. */
  describe(server: Server): readonly string[];
  /** A server wants to run here, if only its secrets come: from now on the state is looked at. */
  wanted?(): void;
  start(request: StartRequest, signal: AbortSignal): Promise<StartOutcome<Started>>;
  /**
   * Ends whatever an earlier engine on this data folder left running. Called once before the first start, and again when a
   * container engine is back; `keep` says which instances this engine runs now.
   */
  reap(keep: ReadonlySet<string>): Promise<void>;
  /** How the runtime is; `process` is always ok. */
  state(): RuntimeState;
  onState(listener: (state: RuntimeState) => void): () => void;
  close(): Promise<void>;
}

/** Runtimes by the kind that servers name; a missing one fails the attempt. */
export type Runtimes = { readonly [K in Exclude<RuntimeKind, 'remote'>]?: Runtime } & {
  readonly remote?: Runtime<RunningRemote>;
};
