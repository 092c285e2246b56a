/** Follows the file of settings while a daemon runs: the level of its log changes at once, the rest is told to wait for its next start. */
import { isDeepStrictEqual } from 'node:util';
import type { LeveledLogger } from '../../engine/host/file-logger.ts';
import { namesFromFile } from '../../kernel/file-settings.ts';
import type { Context } from '../context.ts';
import { followFile } from './follow.ts';
import { faultText, type Config } from './load.ts';
import { isForEnvironment, settings } from './settings.ts';

const LEVEL = 'daemon.logLevel';

/** Returns what ends it. */
export function followSettings({ clock, config, env }: Context, logger: LeveledLogger): () => void {
  let now = config;
  tellFault(config, logger, 'nothing in it counts');
  return followFile(clock, config, (next) => {
    if (tellFault(next, logger, 'the settings before it stay')) return;
    const waiting = settings
      .filter((setting) => isForEnvironment(setting) && setting.key !== LEVEL && setting.key.startsWith('daemon.'))
      .filter(({ key }) => !isDeepStrictEqual(valueOf(now, key), valueOf(next, key)))
      .map(({ key }) => key);
    const before = logger.level;
    if (env['MCPTUI_LOG_LEVEL'] === undefined || namesFromFile(env).has('MCPTUI_LOG_LEVEL')) {
      const level = valueOf(next, LEVEL);
      logger.level = typeof level === 'string' ? level : 'info';
    }
    now = next;
    const facts = { file: next.path, atNextStart: waiting, level: logger.level };
    const words = waiting.length === 0 ? '' : `; from the next start on: ${waiting.join(', ')}`;
    // Said also where the new level is silent about it.
    if (logger.level !== before) logger.warn(facts, `settings read again: the log tells ${logger.level}${words}`);
    else logger.info(facts, `settings read again${words}`);
  });
}

const valueOf = ({ values }: Config, key: string): unknown => values.get(key)?.value;

/** True when there is one. */
function tellFault({ path, faults: [fault] }: Config, logger: LeveledLogger, and: string): boolean {
  if (fault === undefined) return false;
  logger.error({ file: path }, `settings: ${faultText(path, { ...fault, hint: undefined })}: ${and}`);
  return true;
}
