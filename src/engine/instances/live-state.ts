/** Describes what an instance is doing: for each phase, what exists in it and in no other. */
import type { EpochMs } from '../../kernel/clock.ts';
import type { FailureOf } from '../../store/schema/failure.ts';
import type { HealthCheck, Server } from '../../store/schema/server.ts';
import type { Running } from '../ports.ts';
import { untried, type Tally } from '../probes/thresholds.ts';

/** A definition as an instance was started with it. */
export interface Started {
  readonly server: Server;
  readonly version: number;
  /** Monotonic instant at which the start began. */
  readonly atMono: number;
}

export interface Lease {
  readonly sessionId: string;
  /** Name and version of the session's client. */
  readonly client: string;
  readonly since: EpochMs;
}

/** What the router tells from the moment at which it is connected, which is before its start has ended. */
export interface Serving {
  /** The session that it serves, and no other. */
  lease: Lease | undefined;
  /** Lists that it did not answer for when it was asked last, and why. */
  readonly failedLists: Map<string, string>;
}

export interface StartingState {
  readonly phase: 'starting';
  readonly started: Started;
  readonly attempt: AbortController;
  /** Settles when the attempt has ended and cleaned up. Never rejects. */
  readonly ended: Promise<void>;
  readonly serving: Serving;
}

/** Why what runs has to be ended, though nobody asked for it. */
export type Broken =
  /** It stopped answering. */
  | { readonly why: 'hung'; readonly failure: FailureOf<'hung'> }
  /** The connection is gone while its process may live on: how that ends is the failure. */
  | { readonly why: 'lost' };

export interface RunningState {
  readonly phase: 'running';
  readonly started: Started;
  readonly process: Running;
  readonly serving: Serving;
  /** Marks of the secrets that it was started with. */
  readonly marks: ReadonlyMap<string, string>;
  /** Secrets that have changed since: `file/NAME`. */
  stale: readonly string[];
  /** How it is probed: by the definition as it is now. */
  check: HealthCheck;
  tally: Tally;
  healthReason: string | undefined;
  nextProbeAt: EpochMs | undefined;
  broken: Broken | undefined;
}

export interface StoppingState {
  readonly phase: 'stopping';
  /** Undefined while an attempt is called off. */
  readonly process: Running | undefined;
}

export interface ErrorState {
  readonly phase: 'error';
  /** Monotonic instant of the next attempt; undefined = none is waited for. */
  dueAtMono: number | undefined;
  /** It was ready for long and has ended: it is started again at once. */
  readonly crashed: boolean;
  /** The cause of the last failure is gone. */
  causeGone: boolean;
  /** An operator asked for an attempt now. */
  retryAsked: boolean;
}

export type LiveState =
  | { readonly phase: 'pending' }
  | StartingState
  | RunningState
  | StoppingState
  | ErrorState
  | { readonly phase: 'stopped' };

/** It has answered `initialize`; no probe has. */
export function runningState(
  { started, serving }: StartingState,
  process: Running,
  marks: ReadonlyMap<string, string>,
): RunningState {
  const untold = { healthReason: undefined, nextProbeAt: undefined, broken: undefined };
  const { health: check } = started.server;
  return { phase: 'running', started, process, serving, marks, stale: [], check, tally: untried, ...untold };
}

/** It waits for its next attempt until then. */
export function errorState(dueAtMono: number | undefined, crashed = false): ErrorState {
  return { phase: 'error', dueAtMono, crashed, causeGone: false, retryAsked: false };
}
