/** What operators ask for, on the whole engine with a fake clock. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aDraft } from '../../support/builders/builders.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await engineHarness();
});
afterEach(() => harness.close());

const names = (): string[] => [...harness.engine.view().instances.values()].map((row) => row.name).sort();

describe('a server', () => {
  it('gets as many instances as replicas, each with its own name', async () => {
    await harness.engine.commands.createServer(aDraft({ replicas: 3 }));
    await harness.untilPhase('fs-3', 'running');
    expect(names()).toEqual(['fs-1', 'fs-2', 'fs-3']);
  });

  it('with 0 replicas has none', async () => {
    await harness.engine.commands.createServer(aDraft({ replicas: 0 }));
    await harness.pass(10_000);
    expect(names()).toEqual([]);
    await expect(harness.engine.commands.start('fs')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('keeps a failed instance among its replicas: no other takes its place', async () => {
    harness.process.fate = (request) =>
      request.instanceName === 'fs-2'
        ? { ok: false, failure: { kind: 'command', file: 'serve', errno: 'no' } }
        : undefined;
    await harness.engine.commands.createServer(aDraft({ replicas: 2 }));
    await harness.untilPhase('fs-2', 'error');
    await harness.pass(20_000);
    expect(names()).toEqual(['fs-1', 'fs-2']);
  });

  it('that is deleted takes its instances with it', async () => {
    await harness.engine.commands.createServer(aDraft({ replicas: 2 }));
    await harness.untilPhase('fs-2', 'running');
    await harness.engine.commands.deleteServer('fs');
    await harness.until(() => harness.engine.view().instances.size === 0, 'no instance left');
    expect(harness.process.running.size).toBe(0);
    expect(harness.engine.view().servers.size).toBe(0);
  });

  it.each([
    ['its name is taken', aDraft(), 'conflict'],
    ['its prefix is taken', aDraft({ name: 'other', prefix: 'fs' }), 'conflict'],
    ['an empty prefix would not be alone', aDraft({ name: 'other', prefix: '' }), 'conflict'],
    ['its name cannot be part of a tool name', aDraft({ name: 'No Good' }), 'invalid'],
    [
      'an image is asked to run as a process',
      aDraft({ name: 'other', source: { kind: 'image', image: 'x' } }),
      'invalid',
    ],
  ])('is refused when %s, and nothing is recorded', async (_why, draft, code) => {
    await harness.engine.commands.createServer(aDraft());
    const before = harness.db.head().seq;
    await expect(harness.engine.commands.createServer(draft)).rejects.toMatchObject({ code });
    expect(harness.db.collection('servers').all()).toHaveLength(1);
    expect(harness.db.collection('servers').all()[0]?.name).toBe('fs');
    expect(harness.db.head().seq).toBeLessThanOrEqual(before + 4);
  });
});

describe('an instance', () => {
  beforeEach(async () => {
    await harness.engine.commands.createServer(aDraft());
    await harness.untilPhase('fs-1', 'running');
  });

  it('stays stopped across an engine restart, and says who stopped it', async () => {
    await harness.engine.commandsFor('operator:ann').stop('fs-1');
    await harness.untilPhase('fs-1', 'stopped');
    await harness.restart();
    await harness.pass(60_000);
    expect(harness.instance('fs-1')).toMatchObject({ phase: 'stopped', desiredBy: 'operator:ann' });
    await harness.engine.commands.start('fs-1');
    await harness.untilPhase('fs-1', 'running');
  });

  it('runs again after an engine restart, with its id, and says so; that is no restart of its own', async () => {
    const { id } = harness.instance('fs-1');
    await harness.restart();
    expect(await harness.untilPhase('fs-1', 'running')).toMatchObject({ id, restarts: 0 });
    const { events } = await harness.engine.commands.instanceDetail('fs-1');
    expect(events.filter(({ kind }) => kind === 'starting').map(({ message }) => message)).toEqual([
      'first start',
      'started with the engine',
    ]);
    expect(harness.process.running.size).toBe(1);
  });

  it('restarts once when asked, without back-off', async () => {
    await harness.engine.commands.restart('fs-1');
    await harness.until(() => harness.process.starts.length === 2, 'a second start');
    await harness.untilPhase('fs-1', 'running');
    await harness.pass(1_000);
    expect(harness.process.starts).toHaveLength(2);
    expect(harness.process.running.size).toBe(1);
    expect(harness.instance('fs-1').retry).toBeUndefined();
  });

  it('that dies waits and is retried, with the exit and the last words on stderr as the reason', async () => {
    const [child] = harness.process.running;
    child?.printStderr('Error: disk on fire\n');
    await harness.pass(100);
    child?.crash({ code: 134 });
    const row = await harness.untilPhase('fs-1', 'error');
    expect(row.failure).toMatchObject({
      code: 'EXITED',
      message: 'exit code 134: Error: disk on fire',
      hint: 'mcptui logs fs-1',
    });
    await harness.pass(30_000);
    await harness.untilPhase('fs-1', 'running');
  });

  it('has in its log where each run starts and ends, with the exit code', async () => {
    const [child] = harness.process.running;
    child?.printStderr('Error: disk on fire\n');
    await harness.pass(1_500);
    child?.crash({ code: 134 });
    await harness.untilPhase('fs-1', 'error');
    await harness.pass(30_000);
    await harness.untilPhase('fs-1', 'running');
    const lines = await harness.engine.commands.logs('fs-1');
    expect(lines.map(({ stream, text }) => `${stream} ${text}`)).toEqual([
      'start run 1 starts',
      'stderr Error: disk on fire',
      'exit run 1 ended with exit code 134 after 1.5s',
      'start run 2 starts',
    ]);
  });

  it('that dies after it was ready for a minute is started again at once, and waits when that does not last', async () => {
    const crash = async (code: number): Promise<void> => {
      await harness.until(() => harness.instance('fs-1').health === 'healthy', 'a probe');
      const [child] = harness.process.running;
      child?.crash({ code });
    };
    await harness.until(() => harness.instance('fs-1').health === 'healthy', 'a probe');
    await harness.pass(60_000);
    await crash(1);
    await harness.until(() => harness.process.starts.length === 2, 'a second start');
    const row = await harness.untilPhase('fs-1', 'running');
    expect(row.retry).toBeUndefined();
    await harness.pass(50_000);
    await crash(1);
    expect((await harness.untilPhase('fs-1', 'error')).retry).toMatchObject({ attemptCount: 1 });
    await harness.pass(20_000);
    expect(harness.process.starts).toHaveLength(2);
  });

  it('is refused a retry while nothing has failed', async () => {
    await expect(harness.engine.commands.retry('fs-1')).rejects.toMatchObject({
      code: 'conflict',
      message: 'fs-1 is running, not failed: nothing to retry',
    });
  });

  it('is found by the name of its server, and an unknown name is an error that says where to look', async () => {
    await harness.engine.commands.stop('fs');
    await harness.untilPhase('fs-1', 'stopped');
    await expect(harness.engine.commands.stop('nobody')).rejects.toMatchObject({
      code: 'not-found',
      hint: 'mcptui get instances',
    });
  });

  it('keeps its last 50 events, a repeated one counted', async () => {
    for (let round = 0; round < 30; round++) {
      await harness.engine.commands.restart('fs-1');
      await harness.until(() => harness.process.starts.length === round + 2, 'a start');
      await harness.untilPhase('fs-1', 'running');
    }
    const detail = await harness.engine.commands.instanceDetail('fs-1');
    expect(detail.events).toHaveLength(50);
  });

  it('leaves an audit trail: who asked, what came of it', async () => {
    await harness.engine.commandsFor('operator:ann').stop('fs-1');
    await harness.untilPhase('fs-1', 'stopped');
    const kinds = (await harness.audit()).map((event) => `${event.actor} ${event.kind} ${event.outcome}`);
    expect(kinds).toEqual(
      expect.arrayContaining([
        'operator server_create ok',
        'engine instance_attempt ok',
        'operator:ann operator_stop ok',
        'engine instance_stop ok',
      ]),
    );
  });
});

describe('a name that is an instance and a server', () => {
  it('is refused with both ways to say which, and each of them means one', async () => {
    const { commands } = harness.engine;
    await commands.createServer(aDraft());
    await commands.createServer(aDraft({ name: 'fs-1' }));
    await harness.untilPhase('fs-1', 'running');
    await harness.untilPhase('fs-1-1', 'running');
    await expect(commands.stop('fs-1')).rejects.toMatchObject({
      code: 'conflict',
      message: 'fs-1 is a server, and an instance of server fs',
      hint: 'say server/fs-1 or instance/fs-1',
    });
    await commands.stop('server/fs-1');
    await harness.untilPhase('fs-1-1', 'stopped');
    expect(harness.instance('fs-1').phase).toBe('running');
    await commands.stop('instance/fs-1');
    await harness.untilPhase('fs-1', 'stopped');
    await expect(commands.stop('instance/fs')).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('an instance that is starting', () => {
  it('can be stopped: the attempt is called off and nothing stays', async () => {
    harness.process.silent = true;
    await harness.engine.commands.createServer(aDraft());
    await harness.untilPhase('fs-1', 'starting');
    await harness.until(() => harness.process.running.size === 1, 'a child');
    await harness.engine.commands.stop('fs-1');
    await harness.untilPhase('fs-1', 'stopped');
    expect(harness.process.running.size).toBe(0);
  });

  it('fails when initialize is not answered in time, and the child is gone', async () => {
    harness.process.silent = true;
    await harness.engine.commands.createServer(aDraft({ startTimeoutMs: 5_000 }));
    await harness.until(() => harness.process.running.size === 1, 'a child');
    await harness.pass(5_100);
    expect((await harness.untilPhase('fs-1', 'error')).failure).toMatchObject({
      code: 'INITIALIZE_TIMEOUT',
      message: 'initialize was not answered within 5s, and it wrote nothing to stdout or stderr',
      hint: 'mcptui logs fs-1; check whether it speaks MCP on stdio',
    });
    expect(harness.process.running.size).toBe(0);
  });

  it('fails with the exit code and stderr when it ends before initialize', async () => {
    await harness.engine.commands.createServer(
      aDraft({
        env: [
          { name: 'SERVE_EXIT', value: '3' },
          { name: 'SERVE_STDERR', value: 'SLACK_TEAM_ID is not set' },
        ],
      }),
    );
    const row = await harness.untilPhase('fs-1', 'error');
    expect(row.failure).toMatchObject({
      code: 'STDIO_EXIT_BEFORE_INIT',
      message: 'exit code 3: SLACK_TEAM_ID is not set',
    });
  });
});

describe('many failing instances', () => {
  it('start at most 8 a second, and those that hang keep no place', async () => {
    harness.process.silent = true;
    for (let n = 0; n < 12; n++) await harness.engine.commands.createServer(aDraft({ name: `s${n}` }));
    await harness.until(() => harness.process.running.size === 8, 'eight children');
    await harness.pass(900);
    expect(harness.process.starts).toHaveLength(8);
    await harness.pass(1_000);
    expect(harness.process.starts).toHaveLength(12);
  });
});
