/** Describes what operators see of secrets, which is never a value. */
import type { EpochMs } from '../../kernel/clock.ts';
import type { ValueFacts } from './secret-source.ts';
import type { SecretTrouble } from '../../store/schema/failure.ts';

/** Who is concerned by a change of a secret, by name of the instance or server. */
export interface SecretChange {
  /** They run with the old value until they are restarted. */
  readonly holders: readonly string[];
  /** They connect anew by themselves. */
  readonly renewed: readonly string[];
  /** Servers whose definitions name it. */
  readonly servers: readonly string[];
}

/**
 * `missing`: its backend answers and has no such entry. `failing`: its backend cannot be read, or the value cannot be used.
 * `unused`: kept, and no definition names it. `unknown`: nothing has asked for it yet.
 */
export type SecretState = 'ok' | 'missing' | 'failing' | 'unused' | 'unknown';

/** How it resolved when something asked for it last. */
export type LastResolve =
  /** What its backend told of the value. */
  | ({ readonly at: EpochMs; readonly ok: true } & ValueFacts)
  | {
      readonly at: EpochMs;
      readonly ok: false;
      readonly cause: string;
      readonly isMissing: boolean;
      readonly why?: SecretTrouble;
    };

/** A server that names it, and in which places: variables, headers, `url`. */
export interface SecretUse {
  readonly server: string;
  readonly entries: readonly string[];
}

/** A secret that is kept or named. */
export interface SecretView {
  /** `file/NAME`, `env/NAME`, `BACKEND/MOUNT/PATH#KEY` */
  readonly id: string;
  /** The id. */
  readonly name: string;
  /** `env`, `file`, `command`, or the name of one that an operator has defined. */
  readonly backend: string;
  /** Its name in the backend. */
  readonly path: string;
  readonly state: SecretState;
  /** Why it does not resolve. */
  readonly cause?: string;
  /** What mends it, of a backend that was defined. */
  readonly step?: string;
  /** When its value was set; absent where that is not known. */
  readonly setAt?: EpochMs;
  /** When its value goes by itself, where its backend tells. */
  readonly expiresAt?: EpochMs;
  readonly last?: LastResolve;
  readonly usedBy: readonly SecretUse[];
  /** Servers whose definitions name it. */
  readonly servers: readonly string[];
  /** Instances that run with the value that was there before. */
  readonly stale: readonly string[];
  /** Instances that do not start because it does not resolve. */
  readonly waiting: readonly string[];
}

/** The encrypted file, as it was read last. */
export type SecretFileState =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ok'; readonly entries: number }
  | { readonly kind: 'unreadable'; readonly reason: string; readonly hint?: string };

/** Outcome of a test of a secret. */
export type SecretTest = { readonly id: string } & LastResolve;
