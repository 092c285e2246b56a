/** Judges the outcome of a probe: an instance's tally, health and reason, and an audit event when the health changes. */
import type { Clock } from '../../kernel/clock.ts';
import { timeWords } from '../../kernel/time-words.ts';
import type { ProbeOutcome } from '../../mcp/types/server.ts';
import type { CausesGone } from '../instances/causes-gone.ts';
import type { Fleet } from '../instances/fleet.ts';
import type { Lifecycle } from '../instances/lifecycle.ts';
import type { LiveInstance } from '../instances/live-instance.ts';
import type { RuntimeKind } from '../../store/schema/runtime-kind.ts';
import type { RuntimeState } from '../ports.ts';
import type { HealthHistory } from './health-history.ts';
import { tally } from './thresholds.ts';

export interface HealthOptions {
  readonly clock: Clock;
  readonly fleet: Fleet;
  readonly lifecycle: Lifecycle;
  readonly causes: CausesGone;
  readonly history: HealthHistory;
  readonly mask: (text: string) => string;
  readonly runtimeState: (kind: RuntimeKind) => RuntimeState;
}

/** A liveness probe that got no answer this many times its threshold in a row makes the engine restart the server. */
const RESTART_FACTOR = 2;

export async function judgeProbe(options: HealthOptions, live: LiveInstance, answered: ProbeOutcome): Promise<void> {
  const { causes, clock, fleet, lifecycle, mask } = options;
  const { state } = live;
  if (state.phase !== 'running') return;
  const { server } = state.started;
  const { kind } = options.runtimeState(server.runtime);
  // An unreachable container engine says nothing of the server: no sample, no failure.
  if (kind !== 'ok' && !answered.ok) return fleet.touch(live);
  const outcome = (await causes.secretsResolve(live)) ? answered : unresolved(live, answered.durationMs);
  if (live.state !== state) return;

  const before = state.tally.health;
  // A server that wants to be left alone for a while says nothing of its health.
  const isLimited = !outcome.ok && outcome.code === 'PROBE_RATE_LIMITED';
  state.tally = isLimited ? { ...state.tally, health: 'degraded' } : tally(state.tally, outcome, state.check);
  const old = outcome.ok && state.tally.health === 'healthy' ? oldSecrets(live) : undefined;
  if (old !== undefined) state.tally = { ...state.tally, health: 'degraded' };
  const { health, failuresInRow } = state.tally;
  live.sample(outcome.ok ? outcome.durationMs : null);
  live.lastProbeError = outcome.ok ? undefined : mask(`${outcome.code} ${outcome.message}`);
  state.healthReason = outcome.ok
    ? old !== undefined
      ? old
      : health === 'degraded'
        ? `slow: ${timeWords(outcome.durationMs)} > ${timeWords(state.check.latencyBudgetMs)}`
        : undefined
    : live.lastProbeError;
  options.history.keep(live.record.serverId, state);
  live.readySinceMono = health === 'healthy' ? (live.readySinceMono ?? clock.monotonicMs()) : undefined;

  const silent = !outcome.ok && (outcome.code === 'PROBE_TIMEOUT' || outcome.code === 'PROBE_LOST');
  if (state.check.tool === undefined && silent && failuresInRow >= state.check.failureThreshold * RESTART_FACTOR) {
    return lifecycle.hung(live, { kind: 'hung', reason: outcome.message, probes: failuresInRow });
  }
  if (health === before) return fleet.touch(live);
  const why = state.healthReason === undefined ? '' : `: ${state.healthReason}`;
  live.note('health', `${before} → ${health}${why}`, clock.now());
  await fleet.save(live, [
    {
      kind: 'probe_transition',
      actor: 'engine',
      target: `instance/${live.name}`,
      outcome: health === 'healthy' ? 'ok' : health === 'unhealthy' ? 'error' : 'info',
      durationMs: outcome.durationMs,
      message: `${before} → ${health}${why}`,
      detail: { from: before, to: health, failuresInRow },
    },
  ]);
}

function unresolved(live: LiveInstance, durationMs: number): ProbeOutcome & { readonly ok: false } {
  return { ok: false, durationMs, code: 'PROBE_RPC_ERROR', message: `SECRET_UNRESOLVED ${live.unresolved.join(', ')}` };
}

function oldSecrets({ name, stale }: LiveInstance): string | undefined {
  return stale.length === 0 ? undefined : `it has an old value of secret ${stale.join(', ')}: mcptui restart ${name}`;
}
