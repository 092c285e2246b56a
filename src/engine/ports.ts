/** What the engine needs from outside, each with one contract suite that the fake and every real adapter pass. */
import type { Readable, Writable } from 'node:stream';
import type { Failure } from '../store/schema/instance.ts';
import type { Server } from '../store/schema/server.ts';
import type { RuntimeState } from './view.ts';

/** What a start needs. `env` holds resolved values, secrets included: it goes to the child and nowhere else. */
export interface StartRequest {
  readonly instanceId: string;
  /** `fs-1`, for container names and log files. */
  readonly instanceName: string;
  /** Counts starts of this instance; marks what is found later as current or stale. */
  readonly generation: number;
  readonly server: Server;
  readonly env: Readonly<Record<string, string>>;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  /** `OOMKilled`, `container removed`, when the runtime knows more than a code. */
  readonly reason?: string;
  /** It ended while the container engine could not be asked: no failure of the server. */
  readonly engineAway?: boolean;
}

/** One running child or container: its MCP stream and its end. */
export interface RunningProcess {
  /** For people: pid or container id. */
  readonly runtimeId: string;
  readonly pid?: number;
  readonly containerId?: string;
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Always drained by the holder. */
  readonly stderr: Readable;
  /** Resolves once, when the process (and for `process` its whole tree) is gone. Never rejects. */
  readonly exited: Promise<Exit>;
  /** EOF, then TERM, then KILL, each after its grace; resolves when the whole tree or the container is gone. Idempotent. */
  stop(): Promise<void>;
}

export type StartOutcome =
  | { readonly ok: true; readonly process: RunningProcess }
  /** The operator can act on it; `unreachable` = the container engine is away, which is no failure of the server. */
  | { readonly ok: false; readonly failure: Failure; readonly unreachable?: boolean };

export interface Runtime {
  readonly kind: 'docker' | 'process';
  /** Argv or image with its command, for people; holds no env values. */
  describe(server: Server): readonly string[];
  start(request: StartRequest, signal: AbortSignal): Promise<StartOutcome>;
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

export type Resolution =
  | { readonly ok: true; readonly value: string }
  /** Why, without the value: `not set`, `no entry`, `key file unreadable: EACCES`. */
  | { readonly ok: false; readonly cause: string };

/** A backend of secrets. */
export interface SecretSource {
  resolve(path: string): Promise<Resolution>;
}
