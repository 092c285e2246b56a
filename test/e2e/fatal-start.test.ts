/** The built daemon, whose process is ended twice in a row while one server is being started. */
import { describe, expect, it } from 'vitest';
import type { InstanceView } from '../../src/engine/index.ts';
import { aHome, contractServer } from '../support/worlds/run-mcptui.ts';

describe('a server whose start ends the engine', () => {
  it(
    'is held at the third start of the engine, with the reason, and the others run',
    { timeout: 120_000 },
    async () => {
      const home = aHome();
      const row = async (name: string): Promise<InstanceView | undefined> =>
        (await home.json<InstanceView[]>(['get', 'instances'])).find((instance) => instance.name === name);
      try {
        await home.mcptui(['create', 'server', 'good', '--', process.execPath, contractServer]);
        // Its start is under way for as long as the engine lives.
        await home.mcptui(['create', 'server', 'bad', '--', '/bin/sleep', '600']);
        for (let round = 0; round < 2; round++) {
          const daemon = await home.daemon();
          await expect.poll(async () => (await row('bad-1'))?.phase, { timeout: 60_000 }).toBe('starting');
          // The good one's start has been survived for a second.
          await expect
            .poll(async () => Date.now() - Date.parse(String((await row('good-1'))?.phaseSince)), { timeout: 60_000 })
            .toBeGreaterThan(1_500);
          daemon.child.kill('SIGKILL');
          await daemon.ended;
        }
        await home.daemon();
        await expect.poll(async () => (await row('good-1'))?.health, { timeout: 60_000 }).toBe('healthy');
        const bad = await row('bad-1');
        expect(bad).toMatchObject({ phase: 'error', held: true, failure: { code: 'ENDED_THE_ENGINE' } });
        expect(bad?.failure?.hint).toContain('mcptui retry bad-1');
        await home.mcptui(['retry', 'bad-1']);
        await expect.poll(async () => (await row('bad-1'))?.phase, { timeout: 60_000 }).toBe('starting');
      } finally {
        await home.close();
      }
    },
  );
});
