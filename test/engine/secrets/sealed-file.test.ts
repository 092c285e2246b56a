import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileSecretSource } from '../../../src/engine/secrets/file-source.ts';
import type { PrivateFiles } from '../../../src/engine/secrets/sealed-file.ts';
import { writePrivately } from '../../../src/engine/access/private-file.ts';

let folder: string;
let now = 0;
const clock = { now: () => (now += 1_000) };
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mcptui-sealed-'));
  now = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const keyText = (): string => readFileSync(path.join(folder, 'secrets.key'), 'utf8');
const opened = () => fileSecretSource(folder, clock);

/** As killed before its write or removal with this number, from 0. */
function endingAt(step: number): PrivateFiles {
  let count = 0;
  const next = (): void => {
    if (count++ >= step) throw new Error('killed');
  };
  return {
    async write(file, text) {
      next();
      await writePrivately(file, text);
    },
    async remove(file) {
      next();
      await rm(file, { force: true });
    },
  };
}

describe('FileSecrets.versions', () => {
  it('tells of each value its number, time and fingerprint, newest first, and no value', async () => {
    const source = opened();
    for (const value of ['first value', 'second value', 'first value']) await source.set('a', value);
    const versions = await source.versions('a');
    expect(versions.map(({ version, setAt, isCurrent }) => [version, setAt, isCurrent])).toEqual([
      [3, 3_000, true],
      [2, 2_000, false],
      [1, 1_000, false],
    ]);
    const [third, second, first] = versions.map(({ fingerprint }) => fingerprint);
    expect(third).toBe(first);
    expect(second).not.toBe(first);
    expect(third).toMatch(/^[0-9a-f]{12}$/);
    expect(JSON.stringify(versions)).not.toContain('value');
    await source.rekey();
    expect(await source.versions('a')).toEqual(versions);
  });

  it('keeps the last ten, and none of a login', async () => {
    const source = opened();
    for (let n = 1; n <= 13; n++) {
      await source.set('a', `value ${n}`);
      await source.set('oauth.tracker', `login ${n}`);
    }
    expect((await source.versions('a')).map(({ version }) => version)).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4]);
    expect(await source.versions('oauth.tracker')).toHaveLength(1);
  });

  it('has the same fingerprint for a value in no other file', async () => {
    await opened().set('a', 'value');
    const other = path.join(folder, 'other');
    const there = fileSecretSource(other, clock);
    await there.set('a', 'value');
    expect((await there.versions('a'))[0]?.fingerprint).not.toBe((await opened().versions('a'))[0]?.fingerprint);
  });
});

describe('FileSecrets.restore', () => {
  it('gives an earlier value back as a new version', async () => {
    const source = opened();
    await source.set('a', 'first value');
    await source.set('a', 'second value');
    await source.restore('a', 1);
    expect(await source.resolve('a')).toEqual({ ok: true, value: 'first value' });
    expect((await source.versions('a')).map(({ version }) => version)).toEqual([3, 2, 1]);
    await source.remove('a');
    await expect(source.versions('a')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('says which versions there are, and refuses the one of now', async () => {
    const source = opened();
    await source.set('a', 'first value');
    await expect(source.restore('a', 1)).rejects.toMatchObject({ code: 'conflict' });
    await expect(source.restore('a', 7)).rejects.toMatchObject({
      code: 'not-found',
      hint: 'there are 1: mcptui describe secret a',
    });
    await expect(source.restore('b', 1)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('FileSecrets.rekey', () => {
  it('seals all of it under another key, and leaves nothing beside', async () => {
    const source = opened();
    await source.set('a', 'first value');
    await source.set('a', 'second value');
    const before = keyText();
    await source.rekey();
    expect(keyText()).not.toBe(before);
    expect(readdirSync(folder).sort()).toEqual(['secrets.json', 'secrets.key']);
    expect(await opened().resolve('a')).toEqual({ ok: true, value: 'second value' });
    await opened().restore('a', 1);
  });

  it.each([0, 1, 2, 3])('loses nothing when it is ended before step %i, and goes on afterwards', async (step) => {
    await opened().set('a', 'first value');
    await opened().set('b', 'of another');
    await expect(fileSecretSource(folder, clock, endingAt(step)).rekey()).rejects.toThrow('killed');
    // As the next engine finds it.
    expect(await opened().resolve('a')).toEqual({ ok: true, value: 'first value' });
    await opened().set('b', 'changed since');
    expect(readdirSync(folder).sort()).toEqual(['secrets.json', 'secrets.key']);
    expect(await opened().resolve('b')).toEqual({ ok: true, value: 'changed since' });
    await opened().rekey();
    expect(await opened().resolve('a')).toEqual({ ok: true, value: 'first value' });
  });

  it('disturbs nobody who reads meanwhile', async () => {
    const source = opened();
    await source.set('a', 'first value');
    const read: unknown[] = [];
    const rekeyed = Array.from({ length: 10 }, () => source.rekey());
    const reading = Array.from({ length: 4 }, async () => {
      for (let count = 0; count < 25; count++) read.push(await source.resolve('a'));
    });
    await Promise.all([...rekeyed, ...reading]);
    expect(new Set(read.map((one) => JSON.stringify(one)))).toEqual(new Set(['{"ok":true,"value":"first value"}']));
  });
});
