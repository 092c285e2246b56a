/**
 * Sets the log levels of servers, which have one level per connection. Where a connection serves several sessions
 * the server gets the most verbose level that one of them wants, and each session is
 * sent what its own level lets through; where it is one session's own, the server gets that session's.
 */
import type { Clock } from '../../kernel/clock.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import { LOG_LEVELS } from '../eras/legacy.ts';
import { ask } from '../upstream/router-request.ts';
import type { ServerPool } from '../servers/pool.ts';
import type { Project } from '../projects/project.ts';
import type { Session } from '../downstream/session.ts';
import type { Upstream } from '../upstream/upstream.ts';

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

  /** It knows no level any more. */
  forget(upstream: Upstream): void {
    this.#told.delete(upstream);
  }

  /** Tells a server's instances the level that holds now, where it differs from what they were told. */
  restore(project: Project, pool: ServerPool): void {
    if (pool.isIsolated) return;
    const level = mostVerbose(project.sessions);
    if (level !== undefined) for (const upstream of pool.upstreams) this.#tell(upstream, level);
  }

  /** Tells the instance of one session its level. */
  leased(session: Session, upstream: Upstream): void {
    if (session.logLevel !== undefined) this.#tell(upstream, session.logLevel);
  }

  /** Whether a session gets a message of this level; one of an unknown level passes. */
  passes(project: Project, session: Session, level: unknown): boolean {
    const isAnySet = session.logLevel !== undefined || mostVerbose(project.sessions) !== undefined;
    if (!isAnySet || typeof level !== 'string') return true;
    const rank = LOG_LEVELS.indexOf(level);
    return rank === -1 || rank >= LOG_LEVELS.indexOf(session.logLevel ?? DEFAULT_LEVEL);
  }

  #tell(upstream: Upstream, level: string): void {
    if (upstream.info.capabilities['logging'] === undefined || this.#told.get(upstream) === level) return;
    this.#told.set(upstream, level);
    const params = { level };
    unawaited(ask(this.#clock, upstream, { method: 'logging/setLevel', params, timeoutMs: SET_LEVEL_TIMEOUT_MS }));
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
