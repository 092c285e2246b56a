/** Waits for the answer to a request behind which nobody sits. */
import type { PendingCall } from './upstream.ts';

export function nobodysCall(settle: PendingCall['settle']): PendingCall {
  return { sessionId: undefined, requestId: undefined, isProbe: false, progress: () => undefined, settle };
}
