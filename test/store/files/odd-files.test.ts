import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/kernel/clock.ts';
import { openDatabase, repairStore, verifyStore } from '../../../src/store/index.ts';
import { aFolder, collections, putItem, type Shape } from '../support/shape.ts';

const FILES = ['journal/0000000000000001.jsonl', 'snapshots/items.json'] as const;

async function aClosedStore(): Promise<string> {
  const dataDir = join(await aFolder(), 'd');
  const db = await openDatabase<Shape>({ dataDir, collections, clock: systemClock });
  await putItem(db, 'a', 1);
  await db.close();
  return dataDir;
}

const open = (dataDir: string) => openDatabase<Shape>({ dataDir, collections, clock: systemClock });

function socketAt(path: string): Promise<void> {
  const server: Server = createServer();
  onTestFinished(() => void server.close());
  return new Promise((resolve) => server.listen(path, resolve));
}

const stands: readonly (readonly [string, string, (path: string) => void | Promise<void>])[] = [
  ['a named pipe', 'a named pipe is in place of the file', (path) => void execFileSync('mkfifo', ['-m', '600', path])],
  ['a folder', 'a folder is in place of the file', (path) => mkdirSync(path)],
  ['a symbolic link', 'a symbolic link is in place of the file', (path) => symlinkSync(`${path}.kept`, path)],
  ['a socket', 'a socket is in place of the file', socketAt],
];

describe('what an engine keeps beside the store', () => {
  it.each(['folder-id', 'start-journal.json', 'engine-start.json', 'unwritten.json'])(
    'is refused by name when a named pipe is in the place of %s',
    async (name) => {
      const dataDir = await aClosedStore();
      const path = join(dataDir, name);
      execFileSync('mkfifo', ['-m', '600', path]);
      await expect(open(dataDir)).rejects.toMatchObject({ message: `${path}: a named pipe is in place of the file` });
    },
  );
});

describe.each(FILES)('%s', (file) => {
  it.each(stands)('is refused by name when %s is in its place, and nothing waits for it', async (_what, words, put) => {
    const dataDir = await aClosedStore();
    const path = join(dataDir, file);
    renameSync(path, `${path}.kept`);
    await put(path);
    const refusal = { code: 'unavailable', message: `${path}: ${words}` };
    await expect(open(dataDir)).rejects.toMatchObject(refusal);
    await expect(repairStore({ dataDir, collections, clock: systemClock })).rejects.toMatchObject(refusal);
    expect((await verifyStore(dataDir)).problems).toContainEqual({ file: path, offset: 0, reason: words });
    rmSync(path, { recursive: true });
    renameSync(`${path}.kept`, path);
    await (await open(dataDir)).close();
  });

  it.each([0o640, 0o604, 0o666])('is refused with mode %o until it is the owner’s alone', async (mode) => {
    const dataDir = await aClosedStore();
    const path = join(dataDir, file);
    const before = readFileSync(path);
    chmodSync(path, mode);
    await expect(open(dataDir)).rejects.toMatchObject({
      message: `${path}: others than its owner may use it, its mode is 0${mode.toString(8)}`,
      hint: `see who has changed it, then run \`chmod 600 ${path}\``,
    });
    expect((await verifyStore(dataDir)).ok).toBe(false);
    expect(readFileSync(path)).toEqual(before);
    chmodSync(path, 0o600);
    await (await open(dataDir)).close();
  });
});
