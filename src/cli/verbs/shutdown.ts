/** Runs `shutdown`: ends the daemon of this data folder, and waits until it has let go of it. */
import { Command } from 'commander';
import { isAlive } from '../../kernel/is-alive.ts';
import { sleep } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { timeWords } from '../../kernel/time-words.ts';
import { engineIfRunning } from '../with-engine.ts';
import type { Context } from '../context.ts';
import { readOnlyError } from '../../engine/commands/read-only.ts';

/** Beyond the last deadline of a daemon's end. */
const ENDS_WITHIN_MS = 10_000;
const LOOK_MS = 50;

export function shutdownCommand(context: Context): Command {
  return new Command('shutdown')
    .description('stop the daemon of this data folder, and its instances')
    .action(async () => {
      const pid = await shutDown(context);
      context.print(pid === undefined ? `no engine runs on ${context.paths.dataDir}` : `engine stopped (pid ${pid})`);
    });
}

/** Returns the pid of what has ended; undefined when nothing ran. @throws McptuiError `conflict` for a console's engine, `timeout` */
export async function shutDown(context: Context): Promise<number | undefined> {
  if (context.access.isReadOnly) throw readOnlyError();
  const engine = await engineIfRunning(context);
  if (engine === undefined) return undefined;
  const { pid } = engine.view().info;
  const gone = Promise.withResolvers<void>();
  const stop = engine.onLink((link) => {
    if (link === 'lost') gone.resolve();
  });
  try {
    // The engine may be gone before its answer is here.
    await Promise.race([engine.commands.shutDown(), gone.promise]);
  } finally {
    stop();
    await engine.close();
  }
  const { clock } = context;
  const untilMs = clock.monotonicMs() + ENDS_WITHIN_MS;
  while (isAlive(pid)) {
    if (clock.monotonicMs() > untilMs) {
      throw new McptuiError('timeout', `the engine (pid ${pid}) has not ended in ${timeWords(ENDS_WITHIN_MS)}`, {
        hint: `to end it by force: kill -KILL ${pid}`,
      });
    }
    await sleep(clock, LOOK_MS);
  }
  return pid;
}
