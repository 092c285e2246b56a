/** Describes what operators see of backends of secrets, which is never a credential. */
import type { EpochMs } from '../../../kernel/clock.ts';
import type { SecretTrouble } from '../../../store/schema/failure.ts';
import type { BackendFields } from '../../../store/schema/secret-backend.ts';

/** How it was when it was asked last. `unknown`: it was not asked yet. */
export type BackendState =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ok'; readonly at: EpochMs }
  | { readonly kind: 'failing'; readonly at: EpochMs; readonly why: SecretTrouble; readonly reason: string };

/** In a view, without what only its definition tells. */
export interface BackendStateView {
  readonly name: string;
  readonly kind: BackendFields['kind'];
  readonly state: BackendState;
  /** When what it is logged in with ends, unless it is renewed before; absent where nothing ends. */
  readonly endsAt?: EpochMs;
}

export interface BackendView extends BackendStateView {
  readonly fields: BackendFields;
  /** The next step, where it does not answer. */
  readonly step?: string;
}
