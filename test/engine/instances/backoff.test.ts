/** The engine's promises about failed instances, each on the whole engine with a fake clock. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StartOutcome } from '../../../src/engine/ports.ts';
import { aDraft } from '../../support/builders/builders.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';

const HOUR = 3_600_000;
const crash: StartOutcome = {
  ok: false,
  failure: { kind: 'command', file: 'serve', errno: 'ENOENT' },
};

let harness: Harness;
beforeEach(async () => {
  harness = await engineHarness();
});
afterEach(() => harness.close());

/** A server whose every start fails. */
async function failing(name = 'fs'): Promise<void> {
  harness.process.fate = (request) => (request.server.name === name ? crash : undefined);
  await harness.engine.commands.createServer(aDraft({ name }));
  await harness.untilPhase(`${name}-1`, 'error');
}

/** Starts of that server so far. */
const starts = (name = 'fs'): number => harness.process.starts.filter((request) => request.server.name === name).length;

async function untilStarts(count: number): Promise<void> {
  await harness.until(() => starts() === count && harness.instance('fs-1').phase === 'error', `${count} failed starts`);
}

describe('an instance in back-off', () => {
  it('is retried in place when due', async () => {
    await failing();
    const { id } = harness.instance('fs-1');
    harness.process.fate = () => undefined;
    await harness.pass(30_000);
    const row = await harness.untilPhase('fs-1', 'running');
    expect(row.id).toBe(id);
    expect(harness.engine.view().instances.size).toBe(1);
  });

  it('is left alone while not due, and counts as its replica', async () => {
    await failing();
    await harness.pass(29_000);
    expect(starts()).toBe(1);
    expect(harness.engine.view().instances.size).toBe(1);
  });

  it('waits 30 s after each of five failures and 5 min after the sixth, and keeps the count across an engine restart', async () => {
    await failing();
    for (let failure = 2; failure <= 6; failure++) {
      await harness.pass(30_000);
      await untilStarts(failure);
    }
    expect(harness.instance('fs-1').retry).toMatchObject({ attemptCount: 6 });
    await harness.restart();
    await harness.untilPhase('fs-1', 'error');
    expect(harness.instance('fs-1').retry).toMatchObject({ attemptCount: 6 });
    await harness.pass(280_000);
    expect(starts()).toBe(6);
    await harness.pass(20_000);
    await untilStarts(7);
    expect(harness.instance('fs-1').retry).toMatchObject({ attemptCount: 7 });
  });

  it('adds up to 10 % of jitter', async () => {
    harness.random = 0.999;
    await failing();
    await harness.pass(32_000);
    expect(starts()).toBe(1);
    await harness.pass(1_000);
    await untilStarts(2);
  });

  it('is not started in a burst after a restart: what fell due meanwhile is spread over the jitter', async () => {
    await failing();
    harness.random = 0.5;
    await harness.restart({ downMs: HOUR });
    await harness.pass(1_000);
    expect(starts()).toBe(1);
    await harness.pass(1_000);
    await untilStarts(2);
  });

  it.each([
    ['back', -HOUR],
    ['forward', HOUR],
  ])('neither skips nor stretches the wait when the clock is set %s an hour', async (_way, by) => {
    await failing();
    await harness.pass(10_000);
    harness.clock.setWall(by);
    await harness.pass(19_000);
    expect(starts()).toBe(1);
    const told = harness.instance('fs-1').retry?.nextRetryAt ?? 0;
    expect(told - harness.clock.now()).toBe(1_000);
    await harness.pass(1_000);
    await untilStarts(2);
  });

  it.each([
    ['back', -HOUR],
    ['forward', HOUR],
  ])(
    'does so too when the clock is set %s an hour while no engine runs, or at the worst waits the whole wait',
    async (_way, by) => {
      await failing();
      await harness.pass(10_000);
      await harness.restart();
      harness.clock.setWall(by);
      await harness.pass(5_000);
      expect(starts()).toBe(1);
      await harness.pass(30_000);
      await harness.until(() => starts() >= 2, 'a second start');
    },
  );

  it('forgets its failures after 10 min of readiness, not before', async () => {
    await failing();
    harness.process.fate = () => undefined;
    await harness.pass(30_000);
    await harness.untilPhase('fs-1', 'running');
    // After so long the first crash is followed by a start at once.
    const crashTwice = async (): Promise<void> => {
      const before = starts();
      [...harness.process.running][0]?.crash();
      await harness.until(() => starts() > before, 'a start at once');
      await harness.untilPhase('fs-1', 'running');
      [...harness.process.running][0]?.crash();
      await harness.untilPhase('fs-1', 'error');
    };
    await harness.pass(500_000);
    await crashTwice();
    expect(harness.instance('fs-1').retry).toMatchObject({ attemptCount: 2 });
    await harness.pass(30_000);
    await harness.untilPhase('fs-1', 'running');
    await harness.pass(620_000);
    await crashTwice();
    expect(harness.instance('fs-1').retry).toMatchObject({ attemptCount: 1 });
  });

  it('starts at once when an operator says retry', async () => {
    await failing();
    harness.process.fate = () => undefined;
    await harness.engine.commands.retry('fs-1');
    expect(await harness.untilPhase('fs-1', 'running')).toMatchObject({ restarts: 1 });
  });

  it('stays down while held, and comes up on retry', async () => {
    await failing();
    await harness.engine.commands.hold('fs-1');
    await harness.pass(HOUR);
    expect(starts()).toBe(1);
    await harness.engine.commands.retry('fs-1');
    await harness.until(() => starts() === 2, 'a start after the hold');
  });
});

describe('an instance whose secret is missing', () => {
  const env = [{ name: 'TOKEN', secret: { backend: 'env' as const, path: 'GITEA_TOKEN' } }];

  it('never starts and never reads healthy', async () => {
    await harness.engine.commands.createServer(aDraft({ env }));
    const row = await harness.untilPhase('fs-1', 'error');
    expect(row.failure).toMatchObject({
      code: 'SECRET_UNRESOLVED',
      message: 'secret resolution failed: TOKEN: env/GITEA_TOKEN: not set',
    });
    await harness.pass(10 * 60_000);
    expect(starts()).toBe(0);
    expect(harness.instance('fs-1').health).toBe('unknown');
  });

  it('starts early, within seconds, once the secret resolves', async () => {
    await harness.engine.commands.createServer(aDraft({ env }));
    await harness.untilPhase('fs-1', 'error');
    harness.secrets.set('GITEA_TOKEN', 's3cret-value');
    await harness.pass(6_000);
    await harness.untilPhase('fs-1', 'running');
    expect(harness.process.starts[0]?.env).toEqual({ TOKEN: 's3cret-value' });
  });

  it('takes an empty value for missing, unless it is empty on purpose', async () => {
    harness.secrets.set('GITEA_TOKEN', '');
    await harness.engine.commands.createServer(aDraft({ env }));
    expect((await harness.untilPhase('fs-1', 'error')).failure?.message).toContain('empty');
    await harness.engine.commands.createServer(aDraft({ name: 'free', env: [{ name: 'TOKEN', value: '' }] }));
    await harness.untilPhase('free-1', 'running');
  });

  it('is shown unhealthy when its secret goes away while it runs', async () => {
    harness.secrets.set('GITEA_TOKEN', 's3cret-value');
    await harness.engine.commands.createServer(aDraft({ env, health: { intervalMs: 1_000 } }));
    await harness.until(
      () => harness.engine.view().instances.size === 1 && harness.instance('fs-1').health === 'healthy',
      'healthy',
    );
    harness.secrets.delete('GITEA_TOKEN');
    await harness.pass(1_000);
    await harness.until(() => harness.instance('fs-1').health === 'degraded', 'degraded');
    await harness.pass(2_000);
    await harness.until(() => harness.instance('fs-1').health === 'unhealthy', 'unhealthy');
    expect(harness.instance('fs-1').healthReason).toContain('SECRET_UNRESOLVED TOKEN');
  });
});

describe('one instance that throws', () => {
  it('stops no other', async () => {
    harness.process.fate = (request) => {
      if (request.server.name === 'bad') throw new Error('a bug in the runtime');
      return undefined;
    };
    await harness.engine.commands.createServer(aDraft({ name: 'bad' }));
    await harness.engine.commands.createServer(aDraft({ name: 'good' }));
    await harness.untilPhase('good-1', 'running');
    const row = await harness.untilPhase('bad-1', 'error');
    expect(row.failure).toMatchObject({ code: 'ENGINE_BUG' });
  });
});

describe('an unreachable container engine', () => {
  it('counts no failure, and what waited starts when it is back', async () => {
    const away: StartOutcome = {
      ok: false,
      failure: { kind: 'runtime-away', runtime: 'docker', state: 'absent', reason: 'no socket' },
    };
    harness.docker.fate = () => away;
    harness.docker.setState({ kind: 'absent', reason: 'no socket' });
    await harness.engine.commands.createServer(
      aDraft({ runtime: 'docker', source: { kind: 'image', image: 'x', command: [] } }),
    );
    await harness.untilPhase('fs-1', 'error');
    await harness.pass(20 * 60_000);
    await harness.untilPhase('fs-1', 'error');
    expect(harness.instance('fs-1').retry).toMatchObject({ attemptCount: 0 });
    harness.docker.fate = () => undefined;
    harness.docker.setState({ kind: 'ok', version: '20' });
    await harness.untilPhase('fs-1', 'running');
  });

  it('that took a server with it: the server starts again at once, and no failure is counted', async () => {
    await harness.engine.commands.createServer(
      aDraft({ runtime: 'docker', source: { kind: 'image', image: 'x', command: [] } }),
    );
    await harness.untilPhase('fs-1', 'running');
    const wentAway = { kind: 'runtime-away', runtime: 'docker', state: 'went-away', reason: 'it went away' } as const;
    [...harness.docker.running][0]?.crash({ code: 137, failure: wentAway });
    await harness.until(() => harness.docker.starts.length === 2, 'a second start');
    await harness.untilPhase('fs-1', 'running');
    expect(harness.db.collection('instances').all()[0]?.retry).toBeUndefined();
  });

  it('makes the health of what runs unknown, never healthy', async () => {
    await harness.engine.commands.createServer(
      aDraft({ runtime: 'docker', source: { kind: 'image', image: 'x', command: [] } }),
    );
    await harness.until(
      () => harness.engine.view().instances.size === 1 && harness.instance('fs-1').health === 'healthy',
      'healthy',
    );
    harness.docker.setState({ kind: 'hung', reason: 'no answer' });
    expect(harness.instance('fs-1')).toMatchObject({ phase: 'running', health: 'unknown' });
  });
});

describe('a wait that a restarted engine takes up', () => {
  it('is not ended by a wall clock that was set meanwhile, while the machine runs on', async () => {
    await failing();
    await harness.restart({ setWallMs: HOUR });
    await harness.pass(25_000);
    expect(starts()).toBe(1);
    await harness.pass(6_000);
    await untilStarts(2);
  });
});
