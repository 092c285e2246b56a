/**
 * Log levels. A server has one level per connection and a connection serves several sessions: the server gets the most
 * verbose level that one of them wants, and each session is sent what its own level lets through.
 */
import type { Clock } from '../clock.ts';
import { LOG_LEVELS } from './eras/legacy.ts';
import { ask } from './own-request.ts';
import type { ServerPool } from './pool.ts';
import type { Project } from './project.ts';
import type { Session } from './session.ts';
import type { Upstream } from './upstream.ts';

/** What a session without a level of its own gets as soon as another one has set one. */
const DEFAULT_LEVEL = 'info';

const SET_LEVEL_TIMEOUT_MS = 10_000;

export class LogLevels {
  readonly #clock: Clock;
  /** What each upstream was told last, by instance. */
  readonly #told = new WeakMap<Upstream, string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A session set its level, came or went. */
  changed(project: Project): void {
    for (const pool of project.pools) this.restore(project, pool);
  }

  /** Tells a server's instances the level that holds now, where it differs from what they were told. */
  restore(project: Project, pool: ServerPool): void {
    const level = mostVerbose(project.sessions);
    if (level === undefined || pool.info?.capabilities['logging'] === undefined) return;
    for (const upstream of pool.upstreams) {
      if (this.#told.get(upstream) === level) continue;
      this.#told.set(upstream, level);
      void ask(this.#clock, upstream, {
        method: 'logging/setLevel',
        params: { level },
        timeoutMs: SET_LEVEL_TIMEOUT_MS,
      });
    }
  }

  /** Whether a session gets a message of this level; one of an unknown level passes. */
  passes(project: Project, session: Session, level: unknown): boolean {
    const isAnySet = session.logLevel !== undefined || mostVerbose(project.sessions) !== undefined;
    if (!isAnySet || typeof level !== 'string') return true;
    const rank = LOG_LEVELS.indexOf(level);
    return rank === -1 || rank >= LOG_LEVELS.indexOf(session.logLevel ?? DEFAULT_LEVEL);
  }
}

/** Undefined while no session has set a level: then servers keep their own default. */
function mostVerbose(sessions: Iterable<Session>): string | undefined {
  let lowest = LOG_LEVELS.length;
  let isAnySet = false;
  for (const { logLevel, version } of sessions) {
    if (logLevel !== undefined) isAnySet = true;
    else if (version === undefined) continue;
    lowest = Math.min(lowest, LOG_LEVELS.indexOf(logLevel ?? DEFAULT_LEVEL));
  }
  return isAnySet ? LOG_LEVELS[lowest] : undefined;
}
