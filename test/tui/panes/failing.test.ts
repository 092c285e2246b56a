import { afterEach, describe, expect, it } from 'vitest';
import { anInstance, fixtureNow } from '../../support/worlds/fixture-engine.ts';
import { openApp, type OpenApp } from '../../support/worlds/open-app.tsx';
import { aFailure } from '../../support/builders/failures.ts';

let app: OpenApp | undefined;
afterEach(() => {
  app?.close();
  app = undefined;
});

const retry = {
  attemptCount: 3,
  lastAttemptAt: fixtureNow - 1_000,
  nextRetryAt: fixtureNow + 29_000,
  reason: 'INITIALIZE_TIMEOUT: no answer',
};
const failed = { phase: 'error', retry, failure: aFailure({ kind: 'timeout', message: 'no answer' }) } as const;
const one = (name: string, more: object = {}) =>
  anInstance({ id: `ins_${name}`, name: `${name}-1`, server: name, serverId: `srv_${name}`, ...more });

describe('an instance that fails', () => {
  it('stays a problem, in its place and selected, while its next attempt is under way', async () => {
    const rows = [one('cache', failed), one('hang', failed), one('web', { phase: 'running', health: 'healthy' })];
    app = await openApp({ instances: rows, columns: 160 });
    await app.press('!', 'j');
    expect(app.line('▸')).toContain('hang-1');
    const starting = one('hang', { phase: 'starting', retry, phaseSince: fixtureNow });
    app.engine.patch({ op: 'put', kind: 'instances', value: starting });
    await app.pass(3_000);
    expect(app.line('▸')).toContain('hang-1');
    expect(app.line('▸')).toMatch(/STARTING.*attempt 4 for \ds · last: INITIALIZE_TIMEOUT/);
    expect(app.screen()).toContain('1 Instances 3!2');
    expect(app.screen()).toContain('cache-1');
    await app.press('R');
    expect(app.engine.asked.join()).not.toContain('cache');
  });

  it('is not left for another one when it is well under the fingers', async () => {
    const rows = [one('cache', failed), one('hang', failed)];
    app = await openApp({ instances: rows, columns: 160 });
    await app.press('!', 'j');
    const well = one('hang', { phase: 'running', health: 'healthy' });
    app.engine.patch({ op: 'put', kind: 'instances', value: well });
    await app.pass(1_000);
    expect(app.line('▸')).toContain('hang-1');
    await app.press('k');
    expect(app.screen()).not.toContain('hang-1');
    await app.press('/', ...Array.from('state:error'), '\r');
    expect(app.line('▸')).toContain('cache-1');
    const starting = one('cache', { phase: 'running', health: 'healthy' });
    app.engine.patch({ op: 'put', kind: 'instances', value: starting });
    await app.pass(1_000);
    expect(app.line('▸')).toContain('cache-1');
  });

  it('is not selected under a filter that does not list it', async () => {
    app = await openApp({ instances: [one('cache', failed), one('web', { phase: 'running', health: 'healthy' })] });
    await app.press('j');
    expect(app.line('▸')).toContain('web-1');
    await app.press('!');
    expect(app.line('▸')).toContain('cache-1');
    expect(app.screen()).not.toContain('web-1');
  });
});

describe('instances while the engine is away', () => {
  it('do not look alive: nothing ticks, health and the next attempt are not known, no key is offered', async () => {
    app = await openApp({ instances: [one('cache', failed), one('web', { phase: 'running', health: 'healthy' })] });
    await app.pass(5_000);
    app.engine.link('lost');
    await app.pass(1_000);
    const [cache, web] = [app.line('cache-1'), app.line('web-1')];
    expect(web).toMatch(/RUNNING +\? .* \? /);
    expect(cache).toMatch(/ERROR .* \? /);
    expect(cache).not.toContain('→');
    expect(app.screen()).toContain('not known while the engine is away');
    await app.pass(30_000);
    expect([app.line('│▸ ✗ cache-1'), app.line('web-1')]).toEqual([cache, web]);
    expect(app.line('engine lost')).toMatch(/lost 3\ds/);
    app.engine.link('attached');
    await app.pass(1_000);
    expect(app.line('web-1')).toContain('healthy');
  });
});
