/** What is known of a server's health when its instances come and go with sessions, on the whole engine with a fake clock. */
import { duplexPair } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aDraft } from '../../support/builders/builders.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { Peer } from '../../support/worlds/peer.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await engineHarness();
});
afterEach(() => harness.close());

const probed = { intervalMs: 3_000, timeoutMs: 500, tool: 'echo' };
const row = () => harness.instance('fs-1');

/** An agent that calls a tool once and leaves; what it used is recycled. */
async function visit(): Promise<void> {
  const starts = harness.process.starts.length;
  const [ours, theirs] = duplexPair();
  harness.engine.router.agents.accept(ours, { project: 'default' });
  const agent = new Peer(theirs);
  const clientInfo = { name: 'agent', version: '1' };
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
  agent.send({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
  agent.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'fs__echo', arguments: {} } });
  await harness.until(() => agent.received.some(({ id }) => id === 1), 'the answer');
  agent.stream.end();
  await harness.until(() => harness.process.starts.length > starts, 'a fresh one');
  await harness.untilPhase('fs-1', 'running');
}

describe('the health of a server', () => {
  it('is unhealthy after as many failures in a row, although an agent comes and goes between them', async () => {
    await harness.engine.commands.createServer(aDraft({ health: { ...probed, tool: 'fail' } }));
    await harness.untilPhase('fs-1', 'running');
    const failures = async (): Promise<number> => {
      const seen = await harness.audit('probe_transition');
      return seen.filter(({ message }) => message?.includes('told to fail')).length;
    };
    for (let round = 0; round < 12 && row().health !== 'unhealthy'; round += 1) {
      await harness.until(() => row().probe?.lastAt !== undefined, 'a probe');
      await visit();
      await harness.pass(500);
    }
    expect(row()).toMatchObject({
      health: 'unhealthy',
      healthReason: expect.stringContaining('told to fail') as string,
    });
    await visit();
    await harness.pass(500);
    expect(row().health).toBe('unhealthy');
    // From unknown to degraded and from there to unhealthy: no more is told, however many instances have come and gone.
    expect(await failures()).toBe(2);
  });

  it('begins anew when an operator restarts it', async () => {
    await harness.engine.commands.createServer(aDraft({ health: { ...probed, failureThreshold: 1 } }));
    await harness.untilPhase('fs-1', 'running');
    for (const child of harness.process.running) child.state.down = 'tool-error';
    await harness.pass(3_500);
    await harness.until(() => row().health === 'unhealthy', 'the failure');
    const starts = harness.process.starts.length;
    await harness.engine.commands.restart('fs-1');
    await harness.until(() => harness.process.starts.length > starts, 'the restart');
    await harness.until(() => row().probe?.samples.length === 1 || row().health === 'healthy', 'a fresh look');
    expect(row().health).toBe('healthy');
  });

  it('earns its ten minutes of readiness although agents come and go', async () => {
    await harness.engine.commands.createServer(aDraft({ health: probed }));
    await harness.untilPhase('fs-1', 'running');
    for (const child of harness.process.running) child.crash();
    await harness.untilPhase('fs-1', 'error');
    await harness.pass(33_000);
    await harness.untilPhase('fs-1', 'running');
    const attempts = (): unknown =>
      harness.db
        .collection('instances')
        .all()
        .find(({ name }) => name === 'fs-1')?.retry?.attemptCount;
    expect(attempts()).toBe(1);
    for (let minute = 0; minute < 11; minute += 1) {
      await visit();
      await harness.pass(60_000);
    }
    await harness.until(() => attempts() === undefined, 'the end of its record');
  });

  it('is never healthy beside a list that fails, and pane 6 says the same as pane 1', async () => {
    harness = await restartedWith(10_000);
    await harness.engine.commands.createServer(aDraft({ health: probed, isolation: 'shared' }));
    await harness.untilPhase('fs-1', 'running');
    await harness.pass(1_000);
    expect(row().health).toBe('healthy');
    for (const child of harness.process.running) child.state.down = 'list-error';
    harness.engine.router.operators.dropLists('fs');
    await harness.until(() => row().health === 'degraded', 'the failure');
    expect(row().healthReason).toBe('LIST_FAILED tools: limited');
    await harness.pass(2_000);
    const upstream = () => [...harness.engine.view().upstreams.values()][0];
    expect(upstream()).toMatchObject({ health: 'degraded', list: { failure: 'limited' } });
    expect((await harness.audit('list_failed')).map(({ target, message }) => [target, message])).toEqual([
      ['instance/fs-1', 'tools: limited'],
    ]);
    for (const child of harness.process.running) delete child.state.down;
    await harness.pass(60_000);
    expect(row().health).toBe('healthy');
    expect(upstream()).toMatchObject({ health: 'healthy' });
    expect(await harness.audit('list_recovered')).toHaveLength(1);
  });
});

async function restartedWith(listNegativeTtlMs: number): Promise<Harness> {
  await harness.close();
  return engineHarness({ routerOptions: { listNegativeTtlMs } });
}
