/** Handles the commands on the process that hosts the engine. */
import { McptuiError } from '../../kernel/errors.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import type { CommandsOf } from './table/entry.ts';
import type { hostEntries } from './table/host.ts';

export interface HostParts {
  /** `operator:ann` */
  readonly actor: string;
  readonly db: Database<Shape>;
  /** Of the process that hosts it. */
  readonly pid: number;
  readonly shutDown: (() => void) | undefined;
}

export function hostCommands({ actor, db, pid, shutDown }: HostParts): CommandsOf<typeof hostEntries> {
  return {
    async shutDown() {
      if (shutDown === undefined) {
        throw new McptuiError('conflict', `this engine is part of a console (pid ${pid}), which is still open`, {
          hint: 'press q there',
        });
      }
      db.record({ kind: 'engine_shutdown', actor, target: `engine/${pid}`, outcome: 'ok' });
      shutDown();
    },
  };
}
