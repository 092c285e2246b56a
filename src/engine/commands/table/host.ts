/** Lists the commands on the process that hosts the engine. */
import { command } from './entry.ts';

export const hostEntries = {
  shutDown: command<() => Promise<void>>({
    about:
      'Stops the daemon: calls in flight fail, instances end. Agents that it served start no other. Refused with ' +
      '`conflict` by the engine of a console, which ends there.',
    effect: 'changes',
    verb: 'run',
    resource: 'engine',
    audit: ['engine_shutdown'],
    on: () => [{ kind: 'engine' }],
    args: [],
  }),
  reload: command<() => Promise<void>>({
    about: 'Begins the log files of instances anew, and looks at secrets and their backends again. Nothing stops.',
    effect: 'changes',
    verb: 'run',
    resource: 'engine',
    audit: ['engine_reload'],
    on: () => [{ kind: 'engine' }],
    args: [],
  }),
};
