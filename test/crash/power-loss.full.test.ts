import { until } from '../support/until.ts';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, truncate, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOf, startWriter, type Writer } from './support.ts';

const run = promisify(execFile);
const ROUNDS = Number(process.env['MCPTUI_POWER_ROUNDS'] ?? 12);
/** mkfs.xfs refuses less than 300 MiB. The file is sparse. */
const IMAGE_BYTES = 512 * 1024 * 1024;

/**
 * Cuts the power when told to by a line on stdin. EXT4_IOC_SHUTDOWN and XFS_IOC_GOINGDOWN have the same number; 2 = neither
 * data nor the file system's log is flushed.
 */
const CUT_POWER = `import fcntl, os, struct, sys
fd = os.open(sys.argv[1], os.O_RDONLY)
print('armed', flush=True)
sys.stdin.readline()
fcntl.ioctl(fd, 0x8004587d, struct.pack('I', 2))`;

/** Why the suite cannot run here; undefined when it can. */
async function obstacle(fileSystem: string): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'needs Linux';
  if (process.getuid?.() !== 0) return 'needs root to mount';
  for (const tool of [`mkfs.${fileSystem}`, 'mount', 'umount', 'losetup', 'python3']) {
    const found = await run('which', [tool]).then(
      () => true,
      () => false,
    );
    if (!found) return `needs ${tool}`;
  }
  return undefined;
}

describe.each(['ext4', 'xfs'])('power loss on %s', (fileSystem) => {
  let reason: string | undefined;
  let folder = '';
  let mountPoint = '';
  let image = '';

  beforeAll(async () => {
    reason = await obstacle(fileSystem);
    if (reason !== undefined) return;
    folder = await mkdtemp(join(tmpdir(), 'mcptui-power-'));
    image = join(folder, 'image');
    mountPoint = join(folder, 'mnt');
    await mkdir(mountPoint);
    await writeFile(image, '');
    await truncate(image, IMAGE_BYTES);
    await run(`mkfs.${fileSystem}`, fileSystem === 'ext4' ? ['-q', '-F', image] : ['-q', '-f', image]);
    await mount();
  });

  afterAll(async () => {
    if (folder === '') return;
    await run('umount', [mountPoint]).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  });

  const mount = (): Promise<unknown> => run('mount', ['-o', 'loop', image, mountPoint]);

  /** Says why it is skipped; in CI nothing is. */
  const orSkip = (skip: (note?: string) => void): void => {
    if (reason === undefined) return;
    process.stdout.write(`power loss on ${fileSystem}: skipped: ${reason}\n`);
    if (process.env['CI'] === 'true') throw new Error(`nothing is skipped in CI: ${reason}`);
    skip(reason);
  };

  /**
   * Cuts the power under the writer once it has acknowledged so much, and brings the file system back. Returns what had
   * been acknowledged before. What is acknowledged while the ioctl runs does not count: a machine without power says
   * nothing, but both file systems let an fdatasync that is under way succeed although its log was cut off (a bare loop
   * of write and fdatasync shows the same).
   */
  const cutPower = async (writer: Writer, enough: number): Promise<{ acked: Map<string, number>; count: number }> => {
    const cutter = spawn('python3', ['-c', CUT_POWER, mountPoint], { stdio: ['pipe', 'pipe', 'inherit'] });
    const cut = once(cutter, 'close');
    await once(cutter.stdout, 'data');
    await writer.ready;
    await until(() => writer.count() >= enough, `${enough} acknowledgements`);
    const before = { acked: new Map(writer.acked), count: writer.count() };
    cutter.stdin.end('\n');
    await cut;
    writer.child.kill('SIGKILL');
    await writer.gone;
    await run('umount', [mountPoint]);
    await mount();
    return before;
  };

  it('costs a store that only pretends to sync what it acknowledged: this suite would notice', async ({ skip }) => {
    orSkip(skip);
    const dataDir = join(mountPoint, 'pretending');
    const writer = startWriter(dataDir, 'x', 16, 64 * 1024, 'no-sync');
    const { acked } = await cutPower(writer, 500);
    const faults = await faultsOf(dataDir, acked).catch((error: unknown) => [String(error)]);
    expect(faults).not.toEqual([]);
  });

  it(`loses no acknowledged change in ${ROUNDS} rounds, and the journal verifies`, async ({ skip }) => {
    orSkip(skip);
    const dataDir = join(mountPoint, 'data');
    const acked = new Map<string, number>();
    let total = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const writer = startWriter(dataDir, `p${round}`, 4 + (round % 5) * 12, 64 * 1024);
      const before = await cutPower(writer, 300 + round * 150);
      total += before.count;
      for (const [id, value] of before.acked) acked.set(id, value);
      expect((await faultsOf(dataDir, acked)).map((fault) => `round ${round}: ${fault}`)).toEqual([]);
    }
    process.stdout.write(`power loss on ${fileSystem}: ${ROUNDS} rounds, ${total} acknowledged changes, 0 lost\n`);
  });
});
