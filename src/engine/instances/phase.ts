/** Names the phases of an instance, and which may follow which. */
export type Phase = 'pending' | 'starting' | 'running' | 'error' | 'stopping' | 'stopped';
/** The worst first. */
export const healths = ['unhealthy', 'degraded', 'unknown', 'healthy'] as const;
export type Health = (typeof healths)[number];

const next: Readonly<Record<Phase, readonly Phase[]>> = {
  pending: ['starting', 'error', 'stopped', 'stopping'],
  starting: ['running', 'error', 'stopping'],
  running: ['error', 'stopping'],
  error: ['pending', 'starting', 'stopped', 'stopping'],
  stopping: ['stopped', 'error', 'pending'],
  stopped: ['pending', 'starting'],
};

/** Whether `to` may follow `from`; staying is legal. */
export function isLegalPhaseChange(from: Phase, to: Phase): boolean {
  return from === to || next[from].includes(to);
}
