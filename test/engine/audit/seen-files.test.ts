import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashOf, SeenFiles } from '../../../src/engine/audit/seen-files.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';

let folder: string;
const failures: unknown[] = [];
const clock = new FakeClock();
const open = (maxBytes?: number): SeenFiles =>
  new SeenFiles({
    folder: path.join(folder, 'seen'),
    clock,
    failed: (error) => void failures.push(error),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });
const keep = (files: SeenFiles, text: string): string => {
  const hash = hashOf(text);
  files.keep(hash, Buffer.from(text));
  return hash;
};

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mcptui-seen-'));
  failures.length = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('SeenFiles', () => {
  it('keeps a content once, for the owner alone, over restarts', async () => {
    const files = open();
    const hash = keep(files, '{"tools":[]}');
    keep(files, '{"tools":[]}');
    await files.close();
    expect(await readdir(path.join(folder, 'seen'))).toEqual([`${hash}.json`]);
    expect((await stat(path.join(folder, 'seen'))).mode & 0o777).toBe(0o700);
    expect((await stat(path.join(folder, 'seen', `${hash}.json`))).mode & 0o777).toBe(0o600);
    expect(await open().read(hash)).toBe('{"tools":[]}');
    expect(failures).toEqual([]);
  });

  it('lets what was shown longest ago go when the room is used up, also that of an earlier run', async () => {
    const first = open(30);
    const [a, b] = [keep(first, 'a'.repeat(10)), keep(first, 'b'.repeat(10))];
    await first.close();
    await clock.advance(5_000);
    const files = open(30);
    keep(files, 'a'.repeat(10));
    await clock.advance(5_000);
    const c = keep(files, 'c'.repeat(15));
    expect([await files.read(a), await files.read(b), await files.read(c)]).toEqual([
      'a'.repeat(10),
      undefined,
      'c'.repeat(15),
    ]);
  });

  it('gives nothing for a file that was changed', async () => {
    const files = open();
    const hash = keep(files, 'as shown');
    await files.close();
    await writeFile(path.join(folder, 'seen', `${hash}.json`), 'another');
    expect(await files.read(hash)).toBeUndefined();
  });

  it('tells of a folder that cannot be made, and fails nobody', async () => {
    await writeFile(path.join(folder, 'seen'), 'in the way');
    const files = open();
    const hash = keep(files, 'x');
    expect(await files.read(hash)).toBeUndefined();
    expect(failures.length).toBeGreaterThan(0);
  });
});
