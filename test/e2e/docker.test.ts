/** The built daemon on a Docker engine of its own that is stopped, killed and tampered with. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEventView, InstanceView } from '../../src/engine/index.ts';
import { aDockerEngine, type DockerEngine } from '../support/worlds/docker-engine.ts';
import { skipDocker, TEST_IMAGE } from '../support/worlds/docker.ts';
import { openAgent, type Agent } from '../support/worlds/agent.ts';
import { aHome, type Daemon, type Home } from '../support/worlds/run-mcptui.ts';

const skip =
  skipDocker('docker end to end') ||
  (process.getuid?.() !== 0 &&
    (console.error('skipped: docker end to end: needs root for an engine of its own'), true));

describe.skipIf(skip)('servers in containers', () => {
  let engine: DockerEngine;
  let home: Home;
  let daemon: Daemon;
  beforeAll(async () => {
    engine = await aDockerEngine();
  }, 60_000);
  afterAll(() => engine.close(), 60_000);

  beforeEach(async () => {
    home = aHome({ DOCKER_HOST: engine.host });
    await home.mcptui([
      'create',
      'server',
      'box',
      '--image',
      TEST_IMAGE,
      '--memory',
      '96',
      '--probe-interval',
      '1s',
      '--probe-timeout',
      '900ms',
    ]);
    daemon = await home.daemon();
    await until((row) => row?.health === 'healthy');
  });
  afterEach(async () => {
    await home.close();
    if (containers().length > 0) throw new Error(`containers are left: ${containers().join(' ')}`);
  });

  const containers = (): string[] => engine.docker('ps', '-aq', '--no-trunc').split('\n').filter(Boolean);
  const row = async (): Promise<InstanceView | undefined> => (await home.json<InstanceView[]>(['get', 'instances']))[0];
  const until = async (check: (row: InstanceView | undefined) => boolean): Promise<void> => {
    let last: InstanceView | undefined;
    const seen = async (): Promise<true | InstanceView | undefined> => check((last = await row())) || last;
    await expect.poll(seen, { timeout: 60_000, interval: 200 }).toBe(true);
  };
  const withAgent = async (work: (agent: Agent) => Promise<void>): Promise<void> => {
    const agent = await openAgent(home.env);
    try {
      await work(agent);
    } finally {
      await agent.close();
    }
  };

  it('killed in a call: the call fails at once, the reason is shown, a retry brings it back', async () => {
    await withAgent(async (agent) => {
      const pending = agent.call('box__never', {});
      await agent.call('box__echo', {});
      engine.docker('kill', containers()[0] ?? '');
      await expect(pending).resolves.toMatchObject({ error: { code: -32000 } });
    });
    await until((r) => r?.phase === 'error');
    expect((await row())?.failure).toMatchObject({
      code: 'EXITED',
      message: expect.stringMatching(/SIGKILL|137/) as string,
    });
    await home.mcptui(['retry', 'box']);
    await until((r) => r?.health === 'healthy');
    const traces = await home.json<AuditEventView[]>(['get', 'audit', '--kind', 'tool_call_trace']);
    expect(traces.map((trace) => `${trace.target} ${JSON.stringify(trace.detail?.result)}`)).toContain(
      'box/never "lost"',
    );
  });

  it('removed behind our back: it says so', async () => {
    engine.docker('rm', '-f', containers()[0] ?? '');
    await until((r) => r?.phase === 'error');
    expect((await row())?.failure?.message).toMatch(/container removed|SIGKILL|exit code 137/);
  });

  it('out of memory: the limit is named', async () => {
    await withAgent((agent) => agent.call('box__eat', {}).then(() => undefined));
    await until((r) => r?.phase === 'error');
    expect((await row())?.failure?.message).toContain('OOMKilled: over its 96 MiB');
  });

  it('renamed behind our back: it stays ours, and is stopped like any other', async () => {
    engine.docker('rename', containers()[0] ?? '', 'somebody-elses-name');
    await withAgent(async (agent) => {
      expect(await agent.call('box__echo', { a: 1 })).toMatchObject({ result: { content: [{ text: '{"a":1}' }] } });
    });
    await home.mcptui(['stop', 'box']);
    await until((r) => r?.phase === 'stopped');
    expect(containers()).toEqual([]);
  });

  it('an engine that stops answering: health unknown, no failure counted; it goes on in the same container', async () => {
    const [before] = containers();
    engine.signal('SIGSTOP');
    try {
      await until((r) => r?.health === 'unknown' && r.phase === 'running');
      expect((await home.mcptui(['info'])).stdout).toMatch(/docker +hung: /);
    } finally {
      engine.signal('SIGCONT');
    }
    await until((r) => r?.health === 'healthy');
    expect(containers()).toEqual([before]);
    expect((await row())?.restarts).toBe(0);
  });

  it('an engine that goes away and comes back: the server runs again, once', async () => {
    await engine.stop();
    await until((r) => r?.phase === 'error' || r?.health === 'unknown');
    await engine.start();
    // An engine that stops in good order may still have told of the end: then the wait of a failure is ended by hand.
    await until((r) => r?.phase === 'error' || r?.health === 'healthy');
    await home.mcptui(['retry', 'box']);
    await until((r) => r?.health === 'healthy');
    // The one that ended with its engine is removed at the next look.
    await expect.poll(() => containers().length, { timeout: 60_000 }).toBe(1);
  }, 120_000);

  it('our daemon killed with -9 and started again: none doubled, none orphaned', async () => {
    await home.mcptui(['create', 'server', 'two', '--image', TEST_IMAGE, '--replicas', '2']);
    await expect.poll(() => containers().length, { timeout: 60_000 }).toBe(3);
    const before = containers();
    daemon.child.kill('SIGKILL');
    await daemon.ended;
    await home.daemon();
    await until((r) => r?.health === 'healthy');
    await expect.poll(() => containers().length, { timeout: 60_000 }).toBe(3);
    expect(containers().filter((id) => before.includes(id))).toEqual([]);
  });
});
