/** Says how long a call may take: as its server's definition has it, else as is usual. Pure. */
import type { RoutedServer } from '../types/server.ts';

export interface CallTimeouts {
  /** Without a word of the server. */
  readonly idleMs: number;
  /** In all. */
  readonly ceilingMs: number;
}

/** Where the definition says nothing. A call must end some day: it holds an instance. */
const IDLE_MS = 5 * 60_000;
const CEILING_MS = 60 * 60_000;
/** The audit is told of a call that has no answer after this. */
export const TELL_OPEN_MS = 60_000;

export function callTimeouts(routed: RoutedServer | undefined): CallTimeouts {
  const { idleMs = IDLE_MS, ceilingMs = CEILING_MS } = routed?.callTimeouts ?? {};
  return { idleMs, ceilingMs: Math.max(idleMs, ceilingMs) };
}
