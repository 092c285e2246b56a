/** Probes on the whole engine with a fake clock; the table is that of the Kubernetes prober. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerDraft } from '../../../src/engine/index.ts';
import { aDraft } from '../../support/builders/builders.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import type { FakeProcess } from '../../support/fakes/fake-runtime.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await engineHarness();
});
afterEach(() => harness.close());

const second = { intervalMs: 1_000, timeoutMs: 500 };

async function running(health: ServerDraft['health'] = second, draft: Partial<ServerDraft> = {}): Promise<FakeProcess> {
  await harness.engine.commands.createServer(aDraft({ health, ...draft }));
  await harness.untilPhase('fs-1', 'running');
  return child();
}

function child(): FakeProcess {
  const [first] = harness.process.running;
  if (first === undefined) throw new Error('nothing runs');
  return first;
}

const untilHealth = (health: string): Promise<void> =>
  harness.until(() => harness.instance('fs-1').health === health, `health ${health}`);

/** One probe interval, with the answer's way through the streams. */
async function oneInterval(): Promise<void> {
  const before = harness.instance('fs-1').probe?.lastAt;
  await harness.pass(1_000);
  await harness.until(
    () => harness.instance('fs-1').probe?.lastAt !== before || harness.instance('fs-1').phase !== 'running',
    'a probe',
  );
}

describe('a probe', () => {
  it('is tools/list by default and makes the instance healthy at the first success', async () => {
    await running();
    await untilHealth('healthy');
    expect(harness.instance('fs-1').probe).toMatchObject({ target: 'tools/list' });
  });

  it('calls the named tool with its arguments when there is one', async () => {
    await running({ ...second, tool: 'env', args: { name: 'TOKEN' } }, { env: [{ name: 'TOKEN', value: 'x' }] });
    await untilHealth('healthy');
    expect(harness.instance('fs-1').probe).toMatchObject({ target: 'env' });
  });

  it.each([
    ['a JSON-RPC error', 'rpc-error', undefined],
    ['a result with isError', 'tool-error', 'echo'],
    ['a missed deadline', 'silent', undefined],
    ['a missed deadline of a readiness probe', 'silent', 'echo'],
  ] as const)(
    'makes it degraded at once and unhealthy at the third failure in a row: %s',
    async (_name, down, tool) => {
      const fake = await running({ ...second, ...(tool === undefined ? {} : { tool }) });
      await untilHealth('healthy');
      fake.state.down = down;
      await harness.pass(1_600);
      await untilHealth('degraded');
      await harness.pass(1_000);
      await harness.until(() => (harness.instance('fs-1').probe?.samples.length ?? 0) >= 3, 'the second failure');
      expect(harness.instance('fs-1').health).toBe('degraded');
      await harness.pass(1_000);
      await untilHealth('unhealthy');
      expect(harness.instance('fs-1').healthReason).toMatch(/PROBE_(RPC_ERROR|TOOL_ERROR|TIMEOUT)/);
    },
  );

  it('makes it unhealthy when the call throws', async () => {
    await running({ ...second, failureThreshold: 1 });
    await untilHealth('healthy');
    const probe = harness.engine.router.servers.probe.bind(harness.engine.router.servers);
    harness.engine.router.servers.probe = () => Promise.reject(new Error('a bug on the way'));
    try {
      await oneInterval();
      await untilHealth('unhealthy');
      expect(harness.instance('fs-1').healthReason).toContain('a bug on the way');
    } finally {
      harness.engine.router.servers.probe = probe;
    }
  });

  it('names a tool that the server does not have', async () => {
    await running({ ...second, tool: 'nothing', failureThreshold: 1 });
    await untilHealth('unhealthy');
    expect(harness.instance('fs-1').healthReason).toMatch(/PROBE_(UNKNOWN_TOOL|RPC_ERROR).*nothing/);
  });

  it('waits for the initial delay', async () => {
    await running({ ...second, initialDelayMs: 5_000 });
    await harness.pass(4_000);
    expect(harness.instance('fs-1')).toMatchObject({ health: 'unknown' });
    await harness.pass(1_100);
    await untilHealth('healthy');
  });

  it('needs successThreshold successes in a row after it was unhealthy', async () => {
    const fake = await running({ ...second, failureThreshold: 1, successThreshold: 2 });
    await oneInterval();
    await untilHealth('healthy');
    fake.state.down = 'rpc-error';
    await oneInterval();
    await untilHealth('unhealthy');
    delete fake.state.down;
    await oneInterval();
    expect(harness.instance('fs-1').health).toBe('unhealthy');
    await oneInterval();
    await untilHealth('healthy');
  });

  it('counts failures in a row: a success in between starts over', async () => {
    const fake = await running();
    await untilHealth('healthy');
    for (let round = 0; round < 4; round++) {
      fake.state.down = 'rpc-error';
      await oneInterval();
      await oneInterval();
      expect(harness.instance('fs-1').health).toBe('degraded');
      delete fake.state.down;
      await oneInterval();
      await untilHealth('healthy');
    }
  });

  it('never overlaps with another of the same instance, and leaves no timer behind', async () => {
    const fake = await running({ intervalMs: 1_000, timeoutMs: 10_000, failureThreshold: 100 });
    await untilHealth('healthy');
    fake.state.down = 'silent';
    let open = 0;
    let most = 0;
    const probe = harness.engine.router.servers.probe.bind(harness.engine.router.servers);
    harness.engine.router.servers.probe = async (...args) => {
      most = Math.max(most, ++open);
      try {
        return await probe(...args);
      } finally {
        open -= 1;
      }
    };
    await harness.pass(35_000);
    expect(most).toBe(1);
    await harness.engine.commands.stop('fs-1');
    await harness.untilPhase('fs-1', 'stopped');
    const timers = harness.clock.pendingTimers;
    await harness.pass(60_000);
    expect(harness.clock.pendingTimers).toBeLessThanOrEqual(timers);
    expect(open).toBe(0);
  });

  it('is degraded when slower than the latency budget', async () => {
    const fake = await running({ intervalMs: 1_000, timeoutMs: 900, latencyBudgetMs: 100 });
    await untilHealth('healthy');
    fake.delayMs = 300;
    fake.clock = harness.clock;
    await harness.pass(1_400);
    await untilHealth('degraded');
    expect(harness.instance('fs-1').healthReason).toContain('slow: 300ms > 100ms');
  });

  it('ignores an answer that comes after its deadline', async () => {
    const fake = await running({ intervalMs: 10_000, timeoutMs: 500, failureThreshold: 1 });
    await untilHealth('healthy');
    fake.delayMs = 2_000;
    fake.clock = harness.clock;
    await harness.pass(10_600);
    await untilHealth('unhealthy');
    await harness.pass(5_000);
    expect(harness.instance('fs-1').health).toBe('unhealthy');
  });

  it('restarts a server that answers nothing any more, after twice the threshold', async () => {
    const fake = await running();
    await untilHealth('healthy');
    fake.state.down = 'silent';
    await harness.pass(6_700);
    const row = await harness.untilPhase('fs-1', 'error');
    expect(row.failure).toMatchObject({ code: 'LIVENESS_LOST' });
    await harness.pass(30_000);
    await harness.untilPhase('fs-1', 'running');
    await untilHealth('healthy');
  });

  it('ends a server of which one message has no end, and says so', async () => {
    await harness.close();
    harness = await engineHarness({ routerOptions: { maxMessageBytes: 10_000 } });
    const fake = await running();
    await untilHealth('healthy');
    for (let part = 0; part < 6; part += 1) fake.stdout.push(Buffer.alloc(9_000, 'x'));
    const row = await harness.untilPhase('fs-1', 'error');
    expect(row.failure).toMatchObject({
      code: 'LIVENESS_LOST',
      message: expect.stringContaining('one of its messages has no end: '),
    });
    await harness.pass(30_000);
    await harness.untilPhase('fs-1', 'running');
  });

  it('does not restart a server whose readiness fails: it answers', async () => {
    const fake = await running({ ...second, tool: 'echo' });
    await untilHealth('healthy');
    fake.state.down = 'tool-error';
    await harness.pass(60_000);
    await untilHealth('unhealthy');
    expect(harness.instance('fs-1')).toMatchObject({ phase: 'running', restarts: 0 });
  });

  it('is asked for by an operator, who gets its outcome', async () => {
    const fake = await running({ ...second, initialDelayMs: 3_600_000 });
    expect(await harness.engine.commands.probe('fs-1')).toMatchObject({ ok: true, target: 'tools/list' });
    fake.state.down = 'rpc-error';
    expect(await harness.engine.commands.probe('fs-1')).toMatchObject({
      ok: false,
      error: expect.stringContaining('told to fail') as string,
    });
    await harness.engine.commands.stop('fs-1');
    await harness.untilPhase('fs-1', 'stopped');
    await expect(harness.engine.commands.probe('fs-1')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('writes each change of health to the audit log, and nothing in between', async () => {
    const fake = await running();
    await untilHealth('healthy');
    await oneInterval();
    fake.state.down = 'rpc-error';
    for (let round = 0; round < 4; round++) await oneInterval();
    const changes = await harness.audit('probe_transition');
    expect(changes.map((event) => event.detail?.to)).toEqual(['healthy', 'degraded', 'unhealthy']);
  });
});
