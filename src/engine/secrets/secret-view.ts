/** Describes what operators see of secrets, which is never a value. */

/** Who is concerned by a change of a secret, by name of the instance or server. */
export interface SecretChange {
  /** They run with the old value until they are restarted. */
  readonly holders: readonly string[];
  /** They connect anew by themselves. */
  readonly renewed: readonly string[];
  /** Servers whose definitions name it. */
  readonly servers: readonly string[];
}

/** A secret that is kept or named. */
export interface SecretView {
  /** `file/NAME`, `env/NAME` */
  readonly name: string;
  readonly state: 'ok' | 'missing';
  /** Why it does not resolve. */
  readonly cause?: string;
  /** Servers whose definitions name it. */
  readonly servers: readonly string[];
  /** Instances that run with the value that was there before. */
  readonly stale: readonly string[];
}
