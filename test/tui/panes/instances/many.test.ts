import { afterEach, describe, expect, it } from 'vitest';
import { aFailedInstance, anInstance, fixtureNow } from '../../../support/worlds/fixture-engine.ts';
import { aFailure } from '../../../support/builders/failures.ts';
import { openApp, type OpenApp } from '../../../support/worlds/open-app.tsx';

let app: OpenApp | undefined;
afterEach(() => {
  app?.close();
  app = undefined;
});

const enter = '\r';
const fs = (ordinal: number, more: object = {}) => anInstance({ name: `fs-${ordinal}`, ...more });
const three = [fs(1), fs(2), fs(3)];
const sick = { health: 'unhealthy', healthReason: 'PROBE_TIMEOUT' } as const;

describe('the instances of a server', () => {
  it('are one row while all three are well, and enter shows each', async () => {
    app = await openApp({ instances: [...three, anInstance({ name: 'jira-1' })] });
    expect(app.line('▸')).toMatch(/▸ ● fs ×3 +npx +RUNNING +healthy/);
    expect(app.screen()).not.toContain('fs-2');
    await app.press(enter);
    expect(app.line('fs-2')).toContain('RUNNING');
    await app.press('f');
    expect(app.screen()).toContain('fs ×3');
  });

  it('are shown one by one as soon as one is not well, the selected one under the keys', async () => {
    app = await openApp({ instances: three });
    await app.press('j');
    app.engine.patch({ op: 'put', kind: 'instances', value: fs(3, sick) });
    await app.pass(1_000);
    expect(app.line('fs-3')).toContain('unhealthy');
    expect(app.line('fs-1')).toContain('healthy');
    await app.press('f');
    expect(app.screen()).toContain('three instances or more are one row while all of them are well');
  });

  it('are found one by one by a filter', async () => {
    app = await openApp({ instances: three });
    await app.press('/', ...Array.from('fs-2'), enter);
    expect(app.line('▸')).toMatch(/fs-2 .*RUNNING/);
  });

  it('are all meant by a verb on their row', async () => {
    app = await openApp({ instances: three });
    await app.press('s');
    expect(app.screen()).toContain('Stop 3 instances?');
    expect(app.screen()).toContain('fs-1, fs-2, fs-3');
    await app.press('y');
    await app.settle();
    expect(app.engine.asked).toEqual(['stop ins_fs-1', 'stop ins_fs-2', 'stop ins_fs-3']);
  });
});

describe('marked instances', () => {
  const retry = { attemptCount: 3, lastAttemptAt: fixtureNow, nextRetryAt: fixtureNow + 29_000, reason: 'no' };
  const failed = { phase: 'error', retry, failure: aFailure({ kind: 'timeout', message: 'no answer' }) } as const;
  const some = ['cache', 'hang', 'web'].map((name) => anInstance({ name: `${name}-1`, ...failed }));

  it('are retried together after a question that names and counts them; the marks are gone then', async () => {
    app = await openApp({ instances: [...some, anInstance({ name: 'docs-1' })] });
    await app.press(' ', 'j', 'j', 'v');
    expect(app.screen()).toContain('3 marked');
    expect(app.line('cache-1')).toMatch(/│ \+✗ cache-1/);
    await app.press('R');
    expect(app.screen()).toContain('Retry 3 instances?');
    expect(app.screen()).toContain('cache-1, hang-1, web-1');
    await app.press('y');
    await app.settle();
    expect(app.engine.asked).toEqual(['retry ins_cache-1', 'retry ins_hang-1', 'retry ins_web-1']);
    expect(app.screen()).not.toContain('marked');
  });

  it('to which a verb means nothing are left out, and that is said', async () => {
    app = await openApp({ instances: [...some, anInstance({ name: 'docs-1' })] });
    await app.press('*', 'r');
    expect(app.screen()).toContain('Restart 1 instance?');
    expect(app.screen()).toContain('3 others are left as before: nothing to restart');
    await app.press('n', '\u001B');
    expect(app.screen()).not.toContain('marked');
    expect(app.engine.asked).toEqual([]);
  });
});

describe('a name that is too long', () => {
  const long = 'prod-eu-west-1-customer-warehous';
  const instances = [1, 2].map((ordinal) => anInstance({ name: `${long}-${ordinal}` }));

  it.each([80, 100, 120])(
    'keeps the end that tells replicas apart at %i columns, and takes nothing from the reason',
    async (columns) => {
      app = await openApp({ instances: [...instances, aFailedInstance()], columns, rows: 36 });
      expect(app.screen()).toMatch(/prod-\S*…\S*-1 /);
      expect(app.screen()).toMatch(/prod-\S*…\S*-2 /);
      expect(app.line('gitea-1')).toContain(
        columns === 80 ? 'GITEA_TOKEN unresolved' : 'SECRET_UNRESOLVED GITEA_TOKEN → u secret',
      );
    },
  );

  it('leaves the reason more than figures where not all have room', async () => {
    app = await openApp({ instances, columns: 100, rows: 30 });
    expect(app.screen()).not.toContain('PROBES');
    expect(app.screen()).toContain('REASON → NEXT STEP');
  });
});

describe('the question before a stop', () => {
  it('says what it costs: nothing to agents where nothing runs', async () => {
    app = await openApp({ instances: [aFailedInstance()] });
    await app.press('s');
    expect(app.screen()).toContain('It does not run: no more attempts are made');
    expect(app.screen()).not.toContain('lose its tools');
  });
});
