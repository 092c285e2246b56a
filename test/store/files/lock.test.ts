import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readdir, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/kernel/clock.ts';
import { realFs } from '../../../src/store/files/fs.ts';
import { takeAbstract, takeSocketFile, type TakeLock } from '../../../src/store/files/lock.ts';
import { startWriter, type Writer } from '../../crash/support.ts';
import { aFolder, aStore } from '../support/shape.ts';

async function aHolder(dataDir: string): Promise<Writer> {
  const writer = startWriter(dataDir, 'holder', 0);
  onTestFinished(async () => {
    writer.child.kill('SIGKILL');
    await writer.gone;
  });
  await writer.ready;
  return writer;
}

async function take(how: TakeLock, folder: string): Promise<{ release(): Promise<void> }> {
  const info = await realFs.info(folder);
  if (info === undefined) throw new Error('no folder');
  return how(folder, info, systemClock);
}

const ways: [string, TakeLock][] = [
  ...(process.platform === 'linux' ? ([['takeAbstract', takeAbstract]] as [string, TakeLock][]) : []),
  ['takeSocketFile', takeSocketFile],
];

describe.each(ways)('%s', (_name, how) => {
  it('refuses a second owner and names the first', async () => {
    const folder = await aFolder();
    const first = await take(how, folder);
    await expect(take(how, folder)).rejects.toMatchObject({
      code: 'conflict',
      message: `${folder} is in use by process ${process.pid}`,
    });
    await first.release();
  });

  it('is free again after release, and leaves nothing behind', async () => {
    const folder = await aFolder();
    await (await take(how, folder)).release();
    expect(await readdir(folder)).toEqual([]);
    await (await take(how, folder)).release();
  });

  it('is held by nobody who only connects: connections are closed, and their files given back', async () => {
    const folder = await aFolder();
    const first = await take(how, folder);
    const info = await realFs.info(folder);
    const path = how === takeSocketFile ? join(folder, 'lock.sock') : `\0mcptui-${info?.dev}-${info?.ino}`;
    const files = async (): Promise<number> => (await readdir('/dev/fd')).length;
    const before = await files();
    const connecting = `const { connect } = require('node:net');
      const all = Array.from({ length: 100 }, () => connect({ path: ${JSON.stringify(path)}, allowHalfOpen: true }).on('error', () => {}));
      for (const socket of all) socket.once('connect', () => socket.write('x'));
      setInterval(() => {}, 1000);
      setTimeout(() => console.log('done'), 300);`;
    const client = spawn(process.execPath, ['-e', connecting], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(client.stdout, 'data');
    await expect.poll(files).toBeLessThanOrEqual(before + 10);
    client.kill('SIGKILL');
    await first.release();
  });

  it('has one winner when many take it at once', async () => {
    const folder = await aFolder();
    const results = await Promise.allSettled(Array.from({ length: 12 }, () => take(how, folder)));
    const won = results.filter((result) => result.status === 'fulfilled');
    expect(won).toHaveLength(1);
    for (const result of won) await result.value.release();
  });
});

describe.skipIf(process.platform !== 'linux')('takeAbstract on a lock that somebody else holds', () => {
  it('shows no pid that the holder says, and none that the folder names and that does not hold it', async () => {
    const folder = await aFolder();
    const info = await realFs.info(folder);
    const squatter = createServer((socket) => socket.end('1'));
    squatter.listen({ path: `\0mcptui-${info?.dev}-${info?.ino}` });
    await once(squatter, 'listening');
    await writeFile(join(folder, 'lock.pid'), '1\n');
    const refusal = await take(takeAbstract, folder).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'conflict', message: `${folder} is in use by another process` });
    squatter.close();
  });
});

describe('privateFolder', () => {
  it('leaves the mode of a folder that was there, and refuses one that others may write', async () => {
    const folder = await aFolder();
    await chmod(folder, 0o755);
    await (await aStore(folder)).close();
    expect((await stat(folder)).mode & 0o7777).toBe(0o755);
    for (const mode of [0o1777, 0o775]) {
      await chmod(folder, mode);
      await expect(aStore(folder)).rejects.toMatchObject({ code: 'denied' });
      expect((await stat(folder)).mode & 0o7777).toBe(mode);
    }
  });
});

describe('openDatabase on a folder that another process has', () => {
  it('is refused, with the pid of the owner', async () => {
    const folder = await aFolder();
    const holder = await aHolder(folder);
    await expect(aStore(folder)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`process ${holder.child.pid}`) as string,
    });
  });

  it('is refused also when the owner is stopped, without waiting for it', async () => {
    const folder = await aFolder();
    const holder = await aHolder(folder);
    holder.child.kill('SIGSTOP');
    await expect(aStore(folder)).rejects.toMatchObject({
      code: 'conflict',
      message: `${folder} is in use by process ${holder.child.pid}, which does not answer`,
      hint: expect.stringContaining(`kill -CONT ${holder.child.pid}`) as string,
    });
  });

  it('succeeds at once after the owner, even a stopped one, is killed', async () => {
    const folder = await aFolder();
    const holder = await aHolder(folder);
    holder.child.kill('SIGSTOP');
    holder.child.kill('SIGKILL');
    await holder.gone;
    expect((await aStore(folder)).state()).toEqual({ kind: 'ok' });
  });

  it('succeeds at once after a worker thread that had the folder was ended', async () => {
    const folder = await aFolder();
    const worker = new Worker(new URL('../support/holder-thread.ts', import.meta.url), { workerData: folder });
    await once(worker, 'message');
    await expect(aStore(folder)).rejects.toMatchObject({ code: 'conflict' });
    await worker.terminate();
    expect((await aStore(folder)).state()).toEqual({ kind: 'ok' });
  });

  it('takes over the socket file that a killed owner leaves on systems without abstract sockets', async () => {
    const folder = await aFolder();
    const listen = `require('net').createServer().listen(${JSON.stringify(join(folder, 'lock.sock'))}, () => console.log('ready'))`;
    const dead = spawn(process.execPath, ['-e', listen], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(dead.stdout, 'data');
    await expect(take(takeSocketFile, folder)).rejects.toMatchObject({ code: 'conflict' });
    dead.kill('SIGKILL');
    await once(dead, 'exit');
    const results = await Promise.allSettled(Array.from({ length: 16 }, () => take(takeSocketFile, folder)));
    const won = results.filter((result) => result.status === 'fulfilled');
    expect(won).toHaveLength(1);
    for (const result of won) await result.value.release();
    expect(await readdir(folder)).toEqual([]);
  });
});
