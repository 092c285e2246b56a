/**
 * Counts how many instances sessions need of each isolated server. What was started for them stays for a while after they have
 * gone, because the next session often follows soon.
 */
import type { Server } from '../../store/schema/server.ts';
import { isolationOf } from '../servers/isolation.ts';

/** How long an instance on demand may idle before it is reaped. */
export const IDLE_MS = 60_000;

interface Need {
  readonly now: number;
  /** What was needed before it fell, and until when that counts; monotonic milliseconds. */
  readonly before: number;
  readonly untilMs: number;
}

export class Demand {
  readonly #idleMs: number;
  readonly #needs = new Map<string, Need>();

  constructor(idleMs = IDLE_MS) {
    this.#idleMs = idleMs;
  }

  /** `sessions` have or want an instance of `server`. */
  set(server: string, sessions: number, nowMs: number): void {
    const previous = this.#needs.get(server) ?? { now: 0, before: 0, untilMs: 0 };
    const falls = sessions < previous.now;
    const standing = nowMs < previous.untilMs ? previous.before : 0;
    this.#needs.set(server, {
      now: sessions,
      before: falls ? Math.max(previous.now, standing) : standing,
      untilMs: falls ? nowMs + this.#idleMs : previous.untilMs,
    });
  }

  /** Instances that should be there: the replicas, or as many as sessions need, up to the server's limit. */
  wanted(server: Server, nowMs: number): number {
    if (isolationOf(server) === 'shared' || server.replicas === 0) return server.replicas;
    const need = this.#needs.get(server.name);
    const sessions = need === undefined ? 0 : Math.max(need.now, nowMs < need.untilMs ? need.before : 0);
    return Math.max(server.replicas, Math.min(sessions, server.maxInstances));
  }

  /** Milliseconds until something falls out of need. */
  nextChangeInMs(nowMs: number): number {
    const waits = [...this.#needs.values()].map(({ untilMs }) => untilMs - nowMs).filter((ms) => ms > 0);
    return Math.min(Infinity, ...waits);
  }

  /** Forgets servers that are gone. */
  keep(servers: readonly Server[]): void {
    const names = new Set(servers.map(({ name }) => name));
    for (const name of this.#needs.keys()) if (!names.has(name)) this.#needs.delete(name);
  }
}
