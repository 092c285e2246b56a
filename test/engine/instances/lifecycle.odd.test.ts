/** What operators ask for, on the whole engine with a fake clock. */
import { duplexPair } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/kernel/log.ts';
import { aDraft } from '../../support/builders/builders.ts';
import { Peer } from '../../support/worlds/peer.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await engineHarness();
});
afterEach(() => harness.close());

describe('a secret value', () => {
  it('never reaches a reason, a log, an audit event or the view, even when the server prints it', async () => {
    const canary = 'canary-9f8e7d6c5b';
    harness.secrets.set('TOKEN', canary);
    await harness.engine.commands.createServer(
      aDraft({
        env: [
          { name: 'TOKEN', secret: { backend: 'env', path: 'TOKEN' } },
          { name: 'SERVE_EXIT', value: '1' },
          { name: 'SERVE_STDERR', value: `cannot log in with ${canary}` },
        ],
      }),
    );
    const row = await harness.untilPhase('fs-1', 'error');
    expect(row.failure?.message).toContain('[secret env/TOKEN]');
    const logs = await harness.engine.commands.logs('fs-1');
    const seen = JSON.stringify([
      [...harness.engine.view().instances.values()],
      await harness.audit(),
      logs,
      await harness.engine.commands.instanceDetail('fs-1'),
    ]);
    expect(logs.length).toBeGreaterThan(0);
    // The literal of this test's own SERVE_STDERR is shown to nobody either: literals are "(set)".
    expect(seen).not.toContain(canary);
  });
});

describe('a full disk', () => {
  it('refuses changes with the reason, still lets what runs be stopped, and records that once there is room', async () => {
    await harness.engine.commands.createServer(aDraft());
    await harness.untilPhase('fs-1', 'running');
    harness.disk.full = true;
    await expect(harness.engine.commands.createServer(aDraft({ name: 'other' }))).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(harness.engine.view().info.storage.kind).toBe('full');
    await harness.engine.commands.stop('fs-1');
    await harness.untilPhase('fs-1', 'stopped');
    harness.disk.full = false;
    await harness.pass(30_000);
    await harness.until(() => harness.engine.view().info.storage.kind === 'ok', 'room again');
    await harness.pass(10_000);
    await harness.restart();
    expect(harness.instance('fs-1')).toMatchObject({ phase: 'stopped', desiredBy: 'operator' });
  });
});

describe('a server that stops answering and takes its time to end', () => {
  it('is never started again, by retry or restart, before it is gone', async () => {
    await harness.engine.commands.createServer(
      aDraft({ health: { intervalMs: 1_000, timeoutMs: 500, failureThreshold: 1 } }),
    );
    await harness.untilPhase('fs-1', 'running');
    const [child] = harness.process.running;
    if (child === undefined) throw new Error('no child');
    child.stubborn = true;
    child.state.down = 'silent';
    await harness.pass(5_000);
    expect(harness.instance('fs-1').phase).toBe('stopping');
    await expect(harness.engine.commands.retry('fs-1')).rejects.toMatchObject({ code: 'conflict' });
    await harness.engine.commands.restart('fs-1');
    await harness.pass(60_000);
    expect(harness.process.starts).toHaveLength(1);
    child.crash();
    await harness.until(() => harness.process.starts.length === 2, 'a second start');
    expect(harness.process.running.size).toBe(1);
  });
});

describe('the reason of a failure', () => {
  it('quotes what this attempt printed, not what an earlier one did', async () => {
    harness.process.fate = () => undefined;
    await harness.engine.commands.createServer(
      aDraft({
        env: [
          { name: 'SERVE_EXIT', value: '3' },
          { name: 'SERVE_STDERR', value: 'boom' },
        ],
      }),
    );
    const first = await harness.untilPhase('fs-1', 'error');
    expect(first.failure?.message).toBe('exit code 3: boom');
    harness.process.mute = true;
    await harness.engine.commands.retry('fs-1');
    await harness.until(() => harness.process.starts.length === 2, 'a second start');
    const second = await harness.untilPhase('fs-1', 'error');
    expect(second.failure?.message).toBe('exit code 3');
  });
});

describe('a server that is deleted while its start hangs', () => {
  it('leaves no step that failed', async () => {
    const errors: string[] = [];
    await harness.close();
    const logger = { ...silentLogger, error: (_: object, message: string) => void errors.push(message) };
    harness = await engineHarness({ logger });
    harness.process.silent = true;
    await harness.engine.commands.createServer(aDraft({ replicas: 4 }));
    await harness.until(() => harness.process.running.size === 4, 'four children');
    await harness.engine.commands.deleteServer('fs');
    await harness.until(() => harness.engine.view().instances.size === 0, 'no instance left');
    await harness.pass(1_000);
    expect(errors).toEqual([]);
  });
});

describe('a server whose container engine does not answer', () => {
  it('fails calls at once with that reason, and goes on when it answers again', async () => {
    const image = { runtime: 'docker', source: { kind: 'image', image: 'x' } } as const;
    await harness.engine.commands.createServer(aDraft({ ...image, isolation: 'shared' }));
    await harness.untilPhase('fs-1', 'running');
    const call = (): Promise<unknown> => harness.engine.commands.callTool('fs', 'echo', {});
    await expect(call()).resolves.toBeDefined();
    harness.docker.setState({ kind: 'hung', reason: 'no answer within 3s' });
    await harness.pass(200);
    await expect(call()).rejects.toThrow(/unreachable: its container engine is away \(hung\): no answer within 3s/);
    expect(harness.instance('fs-1').phase).toBe('running');
    harness.docker.setState({ kind: 'ok', version: 'fake' });
    await harness.pass(200);
    await expect(call()).resolves.toBeDefined();
  });

  it.each(['session', 'shared'] as const)(
    'is told to callers of a server that is starting or was never up, with when to try again: isolation %s',
    async (isolation) => {
      const image = { runtime: 'docker', source: { kind: 'image', image: 'x' } } as const;
      harness.docker.silent = true;
      await harness.engine.commands.createServer(aDraft({ ...image, isolation, name: 'fs' }));
      await harness.untilPhase('fs-1', 'starting');
      harness.docker.setState({ kind: 'hung', reason: 'no answer within 3s' });
      await harness.pass(200);
      const [ours, theirs] = duplexPair();
      harness.engine.router.agents.accept(ours, { project: 'default' });
      const agent = new Peer(theirs);
      const clientInfo = { name: 'agent', version: '1' };
      const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
      agent.send({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
      agent.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'fs__echo', arguments: {} } });
      expect((await agent.answer(1))['error']).toMatchObject({
        code: -32000,
        message: 'server fs is unreachable: its container engine is away (hung): no answer within 3s',
        data: { server: 'fs', state: 'unreachable', retryAfterMs: expect.any(Number) as number },
      });
    },
  );
});
