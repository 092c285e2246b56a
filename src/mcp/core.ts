/** What the router's parts share. */
import type { Bugs } from '../kernel/bugs.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/log.ts';
import type { Pacer } from '../pacing/pace.ts';
import type { Elicitations } from './traffic/elicitations.ts';
import type { ServerPool } from './servers/pool.ts';
import type { Project } from './projects/project.ts';
import type { Session } from './downstream/session.ts';
import type { Tasks } from './traffic/tasks.ts';
import type { Upstream } from './upstream/upstream.ts';
import type { RouterObserver } from './observer.ts';

export interface RouterCore {
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly logger: Logger;
  /** Where guards tell of errors that nobody foresaw. */
  readonly bugs: Bugs;
  /** Masks secrets in what of a server's words is kept or shown. */
  readonly mask: (text: string) => string;
  readonly observer: RouterObserver;
  readonly maxTracedArgumentBytes: number;
  readonly listDeadlineMs: number;
  readonly sessionsById: ReadonlyMap<string, Session>;
  /** Instances that an agent has asked something of. */
  readonly used: WeakSet<Upstream>;
  readonly tasks: Tasks;
  readonly elicitations: Elicitations;
  pool(server: string): ServerPool | undefined;
  /** The project's state; made on first use. */
  project(name: string): Project;
  /** A session's counters moved. */
  counted(session: Session): void;
}
