/** Holds what every part of the router may use: time, turns, the log, and who is told. */
import type { Bugs } from '../../kernel/bugs.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Pacer } from '../../pacing/pace.ts';
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
}
