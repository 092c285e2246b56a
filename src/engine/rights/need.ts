/** Describes who asks and what a permission is needed for. */
import type { AccessKind, AccessVerb } from '../../store/schema/access.ts';

export type { AccessKind, AccessVerb } from '../../store/schema/access.ts';

/** A right on a thing. Without a name: on what has none yet, or on the kind as such. */
export interface Need {
  readonly verb: AccessVerb;
  readonly kind: AccessKind;
  readonly name?: string | undefined;
  /** Absent: it belongs to no project. */
  readonly project?: string | undefined;
}

/** Who asks, as the connection has proven it. */
export interface Principal {
  /** `operator`, `user:ann`, `service:ci`, `agent:reviewer`, `client:cursor 3.0`. */
  readonly subject: string;
  /** `group:ops` */
  readonly groups?: readonly string[];
  /** Carried by its token, beside what is bound to it. */
  readonly roles?: readonly string[];
  /** A token for these projects alone reaches nothing elsewhere. */
  readonly projects?: readonly string[];
  /** Whoever acts in the name of this one: `user:ann` as `service:ci`. */
  readonly by?: string;
}

/** The owner of the operator's socket: nothing is forbidden to who owns the process. */
export const OPERATOR: Principal = { subject: 'operator' };

/** Outcome for one need. */
export interface Decision {
  readonly allowed: boolean;
  /** The rule that allows it, or what is missing: a sentence. */
  readonly because: string;
}
