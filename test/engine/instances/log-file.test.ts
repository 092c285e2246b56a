import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogFile } from '../../../src/engine/instances/log-file.ts';
import { until } from '../../support/until.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mcptui-log-'));
  file = path.join(folder, 'fs-1.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const text = (): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

describe('LogFile', () => {
  it.each([
    ['removed', () => rmSync(file)],
    ['moved by log rotation', () => renameSync(file, `${file}.old`)],
  ])('begins a new file once the old one is %s', async (_how, harm) => {
    const log = new LogFile(file, 10_000_000);
    log.write('first\n');
    await until(() => text() === 'first\n', 'the first line');
    harm();
    for (let line = 0; line < 200; line += 1) log.write(`${line} ${'x'.repeat(1_000)}\n`);
    log.write('last\n');
    await log.close();
    expect(text()).toMatch(/\nlast\n$/);
  });

  it('begins a new file at once when it is told to', async () => {
    const log = new LogFile(file, 10_000_000);
    log.write('first\n');
    await until(() => text() === 'first\n', 'the first line');
    rmSync(file);
    log.reopen();
    log.write('second\n');
    await log.close();
    expect(text()).toBe('second\n');
  });
});
