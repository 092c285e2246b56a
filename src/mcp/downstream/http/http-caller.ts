/** Describes what is known of an HTTP request before it is looked at. */
import type { SessionIdentity } from '../../types/session.ts';

export interface HttpCaller {
  /** The authenticated identity. */
  readonly principal: string;
  /** As in the URL; "" = none named. */
  readonly project: string;
  /** For a new session. @throws McptuiError `not-found`, `invalid` */
  readonly identity: () => SessionIdentity;
}
