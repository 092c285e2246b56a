import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileLogger } from '../../../src/engine/host/file-logger.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mcptui-log-'));
  file = path.join(folder, 'engine.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const line = 'x'.repeat(1_000);
const text = (): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

describe('fileLogger', () => {
  it.each([
    ['removed', () => rmSync(file)],
    ['moved', () => renameSync(file, `${file}.old`)],
    ['removed with its folder', () => rmSync(folder, { recursive: true })],
  ])('goes on when its file is %s, and begins a new one where it can', async (_how, harm) => {
    const logger = fileLogger(folder, 'info', 30_000);
    logger.info({}, line);
    await expect.poll(text, { timeout: 60_000 }).toContain(line);
    harm();
    for (let i = 0; i < 200; i++) {
      logger.info({}, `${i} ${line}`);
      if (i % 10 === 9) await new Promise((resolve) => setImmediate(resolve));
    }
    if (!existsSync(folder)) return;
    await expect
      .poll(
        () => {
          logger.info({}, 'after');
          return text();
        },
        { timeout: 60_000 },
      )
      .toContain('after');
  });

  it('keeps a full file as .1', async () => {
    const logger = fileLogger(folder, 'info', 10_000);
    for (let i = 0; i < 20; i++) logger.info({}, line);
    await expect.poll(() => readdirSync(folder).sort(), { timeout: 60_000 }).toEqual(['engine.log', 'engine.log.1']);
  });
});
