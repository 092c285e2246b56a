import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeAtomically, writeAtomicallySync } from '../../src/kernel/atomic-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mcptui-atomic-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.each([
  ['writeAtomically', (file: string, text: string) => writeAtomically(file, text)],
  ['writeAtomically, durable', (file: string, text: string) => writeAtomically(file, text, { isDurable: true })],
  ['writeAtomicallySync', async (file: string, text: string) => writeAtomicallySync(file, text)],
])('%s', (_name, write) => {
  it('replaces the file, which only its owner may read, and leaves nothing beside it', async () => {
    const file = path.join(folder, 'a');
    await write(file, 'one');
    await write(file, 'two');
    expect(readFileSync(file, 'utf8')).toBe('two');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('leaves everything as it was when it cannot', async () => {
    const file = path.join(folder, 'a');
    mkdirSync(path.join(file, 'b'), { recursive: true });
    await expect(Promise.resolve().then(() => write(file, 'one'))).rejects.toThrow('directory');
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('is the last of many that write at once', async () => {
    const file = path.join(folder, 'a');
    await Promise.all(Array.from({ length: 20 }, (_, index) => write(file, `${index}`.repeat(1000))));
    expect(readFileSync(file, 'utf8')).toMatch(/^(\d+?)\1{999}$/);
    expect(readdirSync(folder)).toEqual(['a']);
  });
});
