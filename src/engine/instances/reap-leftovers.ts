/**
 * Ends what an earlier engine on the same data folder left running, before this one starts anything, and records that it is
 * there.
 */
import { messageOf } from '../../kernel/errors.ts';
import type { EngineParts } from '../engine-parts.ts';

export async function reapLeftovers({ db, info, logger, runtimes }: EngineParts): Promise<void> {
  for (const runtime of Object.values(runtimes)) {
    await runtime.reap(new Set()).catch((error: unknown) => {
      logger.warn({ runtime: runtime.kind, error: messageOf(error) }, 'leftovers of an earlier engine not reaped');
    });
  }
  db.record({ kind: 'engine_start', actor: 'engine', outcome: 'ok', message: `${info.hosting}, pid ${info.pid}` });
}
