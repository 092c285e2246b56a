/** What a console in a pseudo-terminal is given to show. Plain JSON, so that it fits into an environment variable. */
import type { AuditEvent, InstanceView, LogLine, SessionView } from '../../../src/engine/index.ts';
import type { PaneId } from '../../../src/tui/state/pane-id.ts';
import type { ContentRows } from './content-fixture.ts';
import { aFailedInstance, anInstance, type FixtureEngine, type FixtureOptions } from './fixture-engine.ts';

export interface ScreenFixture {
  /** The wall clock stands still. */
  readonly frozen?: boolean;
  /** How many instances; default: the eight of the design's picture. */
  readonly instances?: number;
  readonly events?: number;
  readonly sessions?: number;
  /** How many one server offers. */
  readonly tools?: number;
  readonly empty?: boolean;
  readonly hosting?: boolean;
  readonly readOnly?: boolean;
  readonly pane?: PaneId;
  readonly content?: ContentRows;
  /** So many prompts and proposals instead. */
  readonly library?: { readonly prompts: number; readonly proposals: number };
  /** Lines that each instance has written. */
  readonly logLines?: number;
  /** The engine comes this much later. */
  readonly lateMs?: number;
  readonly crashMs?: number;
  /** Audit events per second. */
  readonly eventsPerSecond?: number;
  /** A file that gets the bytes of heap in use, a line at each SIGUSR2. */
  readonly heapReport?: string;
  /** A file that gets the commands asked for, one a line, at exit. */
  readonly reportAsked?: string;
  readonly hostile?: Pick<FixtureOptions, 'instances' | 'servers' | 'logs' | 'detail'>;
}

/** One in twenty fails, one in twenty is unhealthy. */
export function manyInstances(total: number, now: number): InstanceView[] {
  return Array.from({ length: total }, (_, index) => {
    const name = `server${String(index).padStart(3, '0')}-1`;
    const server = name.replace(/-1$/, '');
    const own = { name, id: `ins_${name}`, server, serverId: `srv_${server}` };
    if (index % 20 === 3) return aFailedInstance(own, now);
    const health = index % 20 === 7 ? 'unhealthy' : 'healthy';
    return anInstance(
      { ...own, health, ...(health === 'unhealthy' ? { healthReason: 'PROBE_TOOL_ERROR "no"' } : {}) },
      now,
    );
  });
}

/** Every tenth line has colours, every fiftieth is long. */
export function manyLogLines(total: number, now: number): LogLine[] {
  return Array.from({ length: total }, (_, index) => {
    const words = `request ${index} GET /v1/items/${index % 97} 200 in ${index % 53} ms`;
    const text = index % 50 === 0 ? words.repeat(8) : index % 10 === 0 ? `\u001B[33mWARN\u001B[0m ${words}` : words;
    return { n: index + 1, at: now - (total - index) * 10, stream: 'stderr', text };
  });
}

export function sessionsFor(total: number, now: number): SessionView[] {
  return Array.from({ length: total }, (_, index) => ({
    id: `ses_${index + 1}`,
    client: index % 2 === 0 ? 'claude-code 2.1' : 'cursor 3.0',
    project: 'default',
    since: now - (index + 1) * 3_600_000,
    lastAt: now - (index + 1) * 4000,
    calls: 38 + index,
    errors: index,
    open: 0,
    waiting: 0,
  }));
}

/** Emits events at a rate, in a hundred batches a second at most. */
export function startNoise(engine: FixtureEngine, fixture: ScreenFixture, now: number): () => void {
  const rate = fixture.eventsPerSecond ?? 0;
  if (rate === 0) return () => {};
  let n = fixture.events ?? 60;
  const timer = setInterval(() => {
    const batch = Array.from({ length: rate / 100 }, (): AuditEvent => {
      n += 1;
      return {
        n,
        at: now + n,
        kind: 'tool_call_trace',
        actor: 'agent:claude-code',
        target: `fs/tool_${n % 7}`,
        outcome: n % 9 === 0 ? 'error' : 'ok',
        durationMs: n % 60,
        session: 'ses_1',
        detail: { args: { n } },
      };
    });
    engine.announce(...batch);
  }, 10);
  return () => clearInterval(timer);
}
