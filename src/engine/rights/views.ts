/** Describes what consoles and the command line see of roles, bindings and decisions: plain JSON. */
import type { EpochMs } from '../../kernel/clock.ts';
import type { AccessRule } from '../../store/schema/access.ts';
import type { AuditEvent } from '../../store/types.ts';

export interface RoleView {
  readonly name: string;
  readonly summary: string;
  readonly isBuiltIn: boolean;
  readonly rules: readonly AccessRule[];
  /** Bindings that name it. */
  readonly bound: number;
}

export interface BindingView {
  readonly id: string;
  readonly subject: string;
  readonly role: string;
  /** Absent = everywhere. */
  readonly projects?: readonly string[];
  readonly createdAt: EpochMs;
  readonly createdBy: string;
}

export interface MayReport {
  readonly subject: string;
  /** `edit prompt deploy-rules in project ops` */
  readonly what: string;
  readonly allowed: boolean;
  readonly because: string;
  /** Who can grant it, and how. */
  readonly hint?: string;
}

export interface WhoReport {
  readonly subject: string;
  readonly groups: readonly string[];
  /** Of its token. */
  readonly roles: readonly string[];
  /** Of its token: nothing elsewhere. */
  readonly projects?: readonly string[];
  /** Who acts in its name. */
  readonly by?: string;
  readonly bindings: readonly BindingView[];
}

export interface WhyReport {
  readonly event: AuditEvent;
  /** A sentence. */
  readonly because: string;
  /** The decision as it was journalled. */
  readonly decision?: AuditEvent;
}
