/** Gathers what time it is, what time the disk says, and when the newest audit event was. */
import { randomBytes } from 'node:crypto';
import { stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { checkClock } from '../checks/clock.ts';
import type { Finding } from '../finding.ts';
import type { World } from '../world.ts';

export async function lookAtClock(world: World): Promise<readonly Finding[]> {
  const { clock, paths, access } = world.context;
  const fileAt = access.isReadOnly ? undefined : await timeOfNewFile(paths.stateDir);
  const opened = await world.opened().catch(() => undefined);
  const newest = await opened?.engine.commands.events({ limit: 1 });
  return checkClock({ now: clock.now(), fileAt, newestEventAt: newest?.[0]?.at });
}

/** Undefined where none can be written: the folders' own check tells of that. */
async function timeOfNewFile(folder: string): Promise<number | undefined> {
  const file = path.join(folder, `.doctor-${randomBytes(4).toString('hex')}`);
  try {
    await writeFile(file, '', { flag: 'wx', mode: 0o600 });
    return (await stat(file)).mtimeMs;
  } catch {
    return undefined;
  } finally {
    await unlink(file).catch(() => undefined);
  }
}
