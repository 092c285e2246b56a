/** Counts how calls to each server go: latencies of the last ones, errors of the last minutes. Bounded, whatever the traffic. */
import type { Clock } from '../../kernel/clock.ts';
import type { ToolCallTrace } from '../../mcp/types/observer.ts';

/** Calls whose latency is kept, the newest ones. */
const KEPT = 256;
export const ERROR_WINDOW_MS = 5 * 60_000;
/** Errors are counted by slices of the window. */
const SLICE_MS = 10_000;
const SLICES = ERROR_WINDOW_MS / SLICE_MS;

export interface CallFigures {
  /** Since the engine started. */
  readonly calls: number;
  /** Latencies of the newest answered calls, up to 256; absent before the first one. */
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  readonly errors5m: number;
}

export const noCalls: CallFigures = { calls: 0, errors5m: 0 };

class ServerStats {
  calls = 0;
  readonly #times: number[] = [];
  #next = 0;
  readonly #errors = Array.from({ length: SLICES }, () => 0);
  #slice = 0;
  #sorted: { readonly p50Ms: number; readonly p95Ms: number } | undefined;

  add({ outcome, durationMs }: Pick<ToolCallTrace, 'outcome' | 'durationMs'>, nowMs: number): void {
    this.calls += 1;
    if (outcome === 'ok' || outcome === 'tool-error' || outcome === 'rpc-error') {
      this.#times[this.#next] = durationMs;
      this.#next = (this.#next + 1) % KEPT;
      this.#sorted = undefined;
    }
    if (outcome === 'ok' || outcome === 'cancelled') return;
    const slice = this.#moveTo(nowMs) % SLICES;
    this.#errors[slice] = (this.#errors[slice] ?? 0) + 1;
  }

  figures(nowMs: number): CallFigures {
    this.#moveTo(nowMs);
    const errors5m = this.#errors.reduce((sum, count) => sum + count, 0);
    return { calls: this.calls, errors5m, ...this.#percentiles() };
  }

  /** Empties the slices that are over. */
  #moveTo(nowMs: number): number {
    const slice = Math.floor(nowMs / SLICE_MS);
    for (let at = Math.max(this.#slice + 1, slice - SLICES + 1); at <= slice; at += 1) this.#errors[at % SLICES] = 0;
    this.#slice = Math.max(this.#slice, slice);
    return this.#slice;
  }

  #percentiles(): { readonly p50Ms?: number; readonly p95Ms?: number } {
    if (this.#times.length === 0) return {};
    this.#sorted ??= percentiles(this.#times);
    return this.#sorted;
  }
}

function percentiles(times: readonly number[]): { readonly p50Ms: number; readonly p95Ms: number } {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const rounded = (ms: number): number => Math.round(ms * 10) / 10;
  return { p50Ms: rounded(at(0.5)), p95Ms: rounded(at(0.95)) };
}

export class UpstreamStats {
  readonly #clock: Clock;
  readonly #servers = new Map<string, ServerStats>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** On every call: adds a number to a ring. A call that reached no server is an error of the one it was meant for. */
  add(trace: Pick<ToolCallTrace, 'server' | 'outcome' | 'durationMs'>): void {
    let stats = this.#servers.get(trace.server);
    if (stats === undefined) {
      stats = new ServerStats();
      this.#servers.set(trace.server, stats);
    }
    stats.add(trace, this.#clock.monotonicMs());
  }

  of(server: string): CallFigures {
    return this.#servers.get(server)?.figures(this.#clock.monotonicMs()) ?? noCalls;
  }

  /** Forgets servers that are gone. */
  keep(servers: ReadonlySet<string>): void {
    for (const name of this.#servers.keys()) if (!servers.has(name)) this.#servers.delete(name);
  }
}
