/** Tells whether the disk takes writes again. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { TEMP_SUFFIX } from './durable-adapter.ts';
import type { StoreFs } from './fs.ts';
import { snapshotFolder } from '../snapshot.ts';

const PROBE_BYTES = 256 * 1024;

/** Writes, syncs and removes a file of 256 KiB. @throws the system's error when there is no room */
export async function probeRoom(fs: StoreFs, dataDir: string): Promise<void> {
  const path = join(snapshotFolder(dataDir), `room.${randomBytes(4).toString('hex')}${TEMP_SUFFIX}`);
  const file = await fs.open(path, 'create');
  try {
    try {
      await file.write(Buffer.alloc(PROBE_BYTES, 1), 0);
      await file.datasync();
    } finally {
      await file.close();
    }
  } finally {
    await fs.unlink(path);
  }
}
