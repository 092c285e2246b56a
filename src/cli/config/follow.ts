/** Notices that the file of settings is another one: looks once a second, so that links, renames and network folders count too. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Clock, Timer } from '../../kernel/clock.ts';
import { readConfig, type Config } from './load.ts';

const LOOK_MS = 1_000;

/** Calls for each change, also when the file comes or goes. Returns what ends it. */
export function followFile(clock: Clock, start: Config, heard: (config: Config) => void): () => void {
  const folder = path.dirname(start.path);
  let said = sayingOf(start);
  let seen: string | undefined;
  let isOver = false;
  let timer: Timer | undefined;
  const look = async (): Promise<void> => {
    const mark = await markOf(start.path);
    if (isOver) return;
    if (mark !== seen) {
      seen = mark;
      const config = readConfig(folder);
      const saying = sayingOf(config);
      // A file that was only touched says nothing new.
      if (saying !== said) {
        said = saying;
        heard(config);
      }
    }
    timer = clock.after(LOOK_MS, () => void look(), { unref: true });
  };
  timer = clock.after(LOOK_MS, () => void look(), { unref: true });
  return () => {
    isOver = true;
    timer?.cancel();
  };
}

/** Its text, or why there is none. */
function sayingOf({ text, faults }: Config): string {
  return text === '' ? faults.map(({ words }) => words).join('\n') : text;
}

/** Of the file that a link leads to. */
async function markOf(file: string): Promise<string> {
  try {
    const { ino, size, mtimeMs, ctimeMs } = await stat(file);
    return [ino, size, mtimeMs, ctimeMs].join(' ');
  } catch {
    return 'none';
  }
}
