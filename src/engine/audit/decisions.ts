/** Tells decisions from telemetry: what the journal keeps for good, and what goes with its old files. */
import type { Retention } from '../../store/index.ts';
import type { AuditEvent } from '../../store/types.ts';

/** Kinds whose number agents and servers decide. */
const TELEMETRY: ReadonlySet<string> = new Set([
  'tool_call_trace',
  'tool_call_open',
  'server_request',
  'session_bind',
  'session_end',
  'session_compose',
  'session_saw',
  'content_read',
  'link_health',
  'gate',
  'probe_transition',
  'pages_failed',
]);

/** Whether an operator, a proposal or the store did it. Calls, sessions and instances that come and go are no decisions. */
export function isDecision({ kind, actor }: Pick<AuditEvent, 'kind' | 'actor'>): boolean {
  // What opens gates are agents; that an operator did is kept.
  if (TELEMETRY.has(kind)) return kind === 'gate' && actor.startsWith('operator');
  return actor.startsWith('operator') || !kind.startsWith('instance_');
}

/** The journal is kept at about 1 GiB; decisions of what is dropped stay beside it. */
export const journalRetention: Retention = { maxBytes: 1024 * 1024 * 1024, isDecision };
