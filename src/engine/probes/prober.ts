/**
 * Probes instances on schedule: after an initial delay, then at an interval; one probe of an instance at a time, none after
 * its end.
 */
import type { Clock, Timer } from '../../kernel/clock.ts';
import { McptuiError, messageOf } from '../../kernel/errors.ts';
import type { ProbeOutcome } from '../../mcp/types/server.ts';
import type { HealthCheck } from '../../store/schema/server.ts';
import type { LiveInstance } from '../instances/live-instance.ts';
import type { RunningState } from '../instances/live-state.ts';
import type { Upstreams } from '../instances/upstreams.ts';
import type { HealthHistory } from './health-history.ts';

export interface ProberOptions {
  readonly clock: Clock;
  readonly router: Upstreams;
  readonly history: HealthHistory;
  readonly onOutcome: (live: LiveInstance, outcome: ProbeOutcome) => Promise<void>;
}

interface Watch {
  readonly live: LiveInstance;
  readonly state: RunningState;
  readonly ended: AbortController;
  timer: Timer | undefined;
  running: Promise<ProbeOutcome> | undefined;
}

export class Prober {
  readonly #o: ProberOptions;
  readonly #watches = new Map<string, Watch>();

  constructor(options: ProberOptions) {
    this.#o = options;
  }

  begin(live: LiveInstance, state: RunningState): void {
    this.end(live.id);
    const { check } = state;
    const watch: Watch = { live, state, ended: new AbortController(), timer: undefined, running: undefined };
    this.#watches.set(live.id, watch);
    this.#o.history.begin(live.record.serverId, state);
    this.#schedule(watch, check.initialDelayMs);
  }

  /** From now on by this definition: what an earlier one has found says nothing of it. */
  redefine(live: LiveInstance, check: HealthCheck): void {
    const watch = this.#watches.get(live.id);
    if (watch === undefined) return;
    watch.state.check = check;
    this.#schedule(watch, 0);
  }

  /** No outcome is reported after this, a late answer is dropped. */
  end(instanceId: string): void {
    const watch = this.#watches.get(instanceId);
    if (watch === undefined) return;
    this.#watches.delete(instanceId);
    watch.timer?.cancel();
    watch.ended.abort();
  }

  /** What was known of its server's health is past. */
  begunAnew(live: LiveInstance): void {
    this.#o.history.forget(live.record.serverId);
  }

  endAll(): void {
    for (const id of this.#watches.keys()) this.end(id);
  }

  /** A probe outside the schedule; joins the one under way. @throws McptuiError `conflict` when it is not running */
  async now(live: LiveInstance): Promise<ProbeOutcome> {
    const watch = this.#watches.get(live.id);
    if (watch === undefined) {
      throw new McptuiError(
        'conflict',
        `${live.name} is ${live.phase === 'error' ? 'failed' : live.phase}, not running: nothing to probe`,
        {
          hint: live.phase === 'error' ? `mcptui retry ${live.name}` : `mcptui start ${live.name}`,
        },
      );
    }
    return this.#probe(watch);
  }

  #schedule(watch: Watch, delayMs: number): void {
    const { clock } = this.#o;
    watch.timer?.cancel();
    watch.state.nextProbeAt = clock.now() + delayMs;
    watch.timer = clock.after(delayMs, () => void this.#probe(watch), { unref: true });
  }

  #probe(watch: Watch): Promise<ProbeOutcome> {
    watch.running ??= this.#run(watch).finally(() => {
      watch.running = undefined;
    });
    return watch.running;
  }

  async #run(watch: Watch): Promise<ProbeOutcome> {
    const { clock, router, onOutcome } = this.#o;
    const { live, state } = watch;
    const { check } = state;
    const startedAt = clock.monotonicMs();
    watch.timer?.cancel();
    const outcome = await this.#ask(router, watch);
    if (watch.ended.signal.aborted) return outcome;
    if (state.check !== check) {
      // It was redefined meanwhile: the probe that was asked for then found this one under way.
      this.#schedule(watch, 0);
      return outcome;
    }
    const { retryAfterMs } = outcome.ok ? {} : outcome;
    // A wait that the server names takes the place of the interval.
    const betweenMs =
      retryAfterMs === undefined ? state.check.intervalMs : retryAfterMs + (clock.monotonicMs() - startedAt);
    const waitMs = (): number => Math.max(0, betweenMs - (clock.monotonicMs() - startedAt));
    live.lastProbeAt = clock.now();
    state.nextProbeAt = clock.now() + waitMs();
    try {
      await onOutcome(live, outcome);
    } finally {
      // Only now: a timer that fires while the outcome is still being saved would find this probe running and be lost.
      if (!watch.ended.signal.aborted) this.#schedule(watch, waitMs());
    }
    return outcome;
  }

  async #ask(router: Upstreams, { live, state: { check }, ended }: Watch): Promise<ProbeOutcome> {
    const startedAt = this.#o.clock.monotonicMs();
    const request = {
      timeoutMs: check.timeoutMs,
      ...(check.tool === undefined ? {} : { tool: check.tool, args: check.args }),
    };
    try {
      return await router.servers.probe(live.id, request, ended.signal);
    } catch (error) {
      // Whatever is thrown on the way is a failed probe, never an engine that stops probing.
      const durationMs = this.#o.clock.monotonicMs() - startedAt;
      return { ok: false, durationMs, code: 'PROBE_LOST', message: messageOf(error) };
    }
  }
}
