/** Describes a request of an agent that has no answer yet. */
import type { Limited } from './call-deadlines.ts';

export interface InFlight extends Limited {
  /** When it went to its server, on the monotonic clock; absent while it waits for one. */
  readonly sinceMs?: number;
  /** No answer goes to the agent afterwards. */
  cancel(reason: string | undefined): void;
}
