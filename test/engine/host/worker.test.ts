import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/kernel/clock.ts';
import { hostInWorker } from '../../../src/engine/host/worker.ts';
import { resolvePaths } from '../../../src/kernel/paths.ts';

const entry = new URL('../../fixtures/dying-worker.mjs', import.meta.url);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mcptui-worker-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const input = (env: Record<string, string>) => ({
  paths: resolvePaths({ MCPTUI_HOME: folder }, '/'),
  version: '0',
  logLevel: 'info',
  env,
});

describe('hostInWorker', () => {
  it('hosts another engine when the first dies of a bug, and closes that one', async () => {
    const marker = path.join(folder, 'died');
    const hosted = await hostInWorker(entry, input({ DIE_ONCE: marker }), systemClock);
    expect(hosted.socketPath).toBe('/s');
    await expect.poll(() => existsSync(`${marker}.second`)).toBe(true);
    await hosted.close();
  });

  it('tells why the first one cannot start', async () => {
    await expect(hostInWorker(entry, input({ REFUSE: '1' }), systemClock)).rejects.toMatchObject({
      code: 'conflict',
      message: 'taken',
    });
  });
});
