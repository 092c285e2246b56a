/** Describes where secrets come from and what resolving them gives; values live only in what is returned. */

import type { EpochMs } from '../../kernel/clock.ts';
import type { SecretTrouble } from '../../store/schema/failure.ts';

export type Resolution =
  /** `version`, `setAt`: of the value, where its backend tells; `expiresAt`: when it goes by itself. */
  ({ readonly ok: true; readonly value: string } & ValueFacts) | Unresolved;

export interface ValueFacts {
  readonly version?: number;
  readonly setAt?: EpochMs;
  readonly expiresAt?: EpochMs;
}

/** Why, without the value: `not set`, `key file unreadable: EACCES`. `isMissing`: there is no such entry. */
export interface Unresolved {
  readonly ok: false;
  readonly cause: string;
  readonly isMissing?: boolean;
  readonly why?: SecretTrouble;
}

/** A backend of secrets. */
export interface SecretSource {
  resolve(path: string): Promise<Resolution>;
}

/** What is kept under a name, its value apart. */
export interface KeptSecret {
  readonly name: string;
  /** Undefined for what an earlier version kept. */
  readonly setAt?: EpochMs;
  /** Of its value now, from 1. */
  readonly version: number;
}

/** A value that is, or was, kept under a name; never the value itself. */
export interface SecretVersion {
  readonly version: number;
  readonly setAt?: EpochMs;
  /** A keyed hash of it: the same for the same value, in this file alone. */
  readonly fingerprint: string;
  readonly isCurrent: boolean;
}

export interface FileSecrets extends SecretSource {
  /** By name. @throws McptuiError when the file or its key cannot be read */
  entries(): Promise<readonly KeptSecret[]>;
  /** Creates the key file when there is none. @throws McptuiError `unavailable`, `denied` when others may read the key */
  set(name: string, value: string): Promise<void>;
  /** The last ten values, newest first. @throws McptuiError `not-found` */
  versions(name: string): Promise<readonly SecretVersion[]>;
  /** Gives it an earlier value, as a new version. @throws McptuiError `not-found`, `conflict` for the current one */
  restore(name: string, version: number): Promise<void>;
  /** @throws McptuiError `not-found` */
  remove(name: string): Promise<void>;
  /** Encrypts all of it anew, under a new key. @throws McptuiError; then it can be read still */
  rekey(): Promise<void>;
}

export interface SecretBackends {
  readonly env: SecretSource;
  readonly file: FileSecrets;
  /** Of one that an operator has defined, and `command`; undefined when there is none of that name. */
  readonly named?: (backend: string) => SecretSource | undefined;
}

export interface ResolvedSecrets {
  readonly env: Readonly<Record<string, string>>;
  /** Of a URL. */
  readonly headers: Readonly<Record<string, string>>;
  /** With its secrets; absent for what is none. */
  readonly url?: string;
  readonly clientSecret?: string;
  readonly privateKey?: string;
  /** Secrets that are not masked in texts, and why, one sentence each. */
  readonly weak: readonly string[];
  /** `file/NAME` → a mark of its value, which tells later whether it is the same. */
  readonly marks: ReadonlyMap<string, string>;
}
