/** Tells which version of its server's definition an instance has: the current one unless it has to be restarted for it. Pure. */
import type { Server } from '../../store/schema/server.ts';
import type { Versioned } from '../../store/types.ts';
import { needsRestart } from '../servers/definition-changes.ts';
import type { LiveInstance } from './live-instance.ts';

/** Of a record that is older than its definition: no version has this number. */
const NONE = 0;

/** Undefined when it has never been started, as far as that matters now. */
export function startedVersion(
  { started, phase, record, turnAsked }: Pick<LiveInstance, 'started' | 'phase' | 'record' | 'turnAsked'>,
  server: Versioned<Server> | undefined,
): number | undefined {
  if (server === undefined) return started?.version;
  if (started === undefined) {
    // An earlier engine has tried it, and the definition may have been edited since.
    const { revision } = record;
    return phase === 'error' && revision !== undefined && revision !== server.revision ? NONE : undefined;
  }
  // It is restarted as for another definition: when its turn comes.
  if (turnAsked && phase === 'running') return NONE;
  if (started.version === server.version) return started.version;
  // What has failed is tried with any other definition at once: nothing is lost by it.
  return phase === 'error' || needsRestart(started.server, server) ? started.version : server.version;
}
