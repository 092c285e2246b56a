/** Handles the commands on the process that hosts the engine. */
import { McptuiError } from '../../kernel/errors.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import type { LogBook } from '../instances/log-book.ts';
import type { SecretBook } from '../secrets/secret-book.ts';
import type { CommandsOf } from './table/entry.ts';
import type { hostEntries } from './table/host.ts';

export interface HostParts {
  /** `operator:ann` */
  readonly actor: string;
  readonly db: Database<Shape>;
  /** Of the process that hosts it. */
  readonly pid: number;
  readonly shutDown: (() => void) | undefined;
  readonly logs: Pick<LogBook, 'reopen'>;
  readonly book: Pick<SecretBook, 'look' | 'defined'>;
}

export function hostCommands({ actor, db, pid, shutDown, logs, book }: HostParts): CommandsOf<typeof hostEntries> {
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
    async reload() {
      logs.reopen();
      book.defined?.look();
      await book.look();
      db.record({ kind: 'engine_reload', actor, target: `engine/${pid}`, outcome: 'ok' });
    },
  };
}
