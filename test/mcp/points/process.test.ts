/** Points 23 to 27 of the protocol's checklist, which are about streams and processes: on real pipes and real processes. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/kernel/clock.ts';
import type { RunningProcess } from '../../../src/engine/ports.ts';
import { markerOf, strays } from '../../../src/engine/runtimes/process-tree.ts';
import { processRuntime } from '../../../src/engine/runtimes/process.ts';
import { aServer } from '../../support/builders/builders.ts';
import { eventually, Harness, tool, type Message } from '../../support/worlds/mcp-harness.ts';
import { told } from '../../support/builders/failures.ts';

const contractServer = fileURLToPath(new URL('../../fixtures/contract-server.mjs', import.meta.url));
const folderId = `points-${randomBytes(6).toString('hex')}`;
const dataDir = mkdtempSync(path.join(tmpdir(), 'mcptui-points-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));
const env = { ...process.env, CANARY: 'from the engine' };
const runtime = processRuntime({ clock: systemClock, folderId, env, dataDir });

let harness: Harness;
afterEach(async () => {
  await harness.close();
  await runtime.close();
});

/** A real process behind server `a`. */
async function started(command: readonly string[], env: Record<string, string> = {}): Promise<RunningProcess> {
  harness = new Harness();
  harness.route({ name: 'a' });
  const server = aServer({ source: { kind: 'command', command: [...command] } });
  const request = { instanceId: 'ins_1', instanceName: 'a-1', generation: 1, server, env };
  const outcome = await runtime.start(request, new AbortController().signal);
  if (!outcome.ok) throw new Error(told(outcome.failure).message);
  const child = outcome.process;
  const stream = { input: child.stdin, output: child.stdout };
  const connected = await harness.router.servers.connect(
    { id: 'a-1', server: 'a' },
    stream,
    10_000,
    new AbortController().signal,
  );
  if (!connected.ok) throw new Error(connected.message);
  return child;
}

describe('points of streams and processes', () => {
  it('23. back-pressure: an agent that does not read is not read from, and delays nobody', async () => {
    harness = new Harness();
    const big = { result: { text: 'x'.repeat(200_000) } };
    const on = (m: Message): Message | undefined =>
      (m['params'] as Message | undefined)?.['name'] === 'big' ? big : undefined;
    const server = await harness.server('a', { tools: [tool('t'), tool('big')], on });
    const [deaf, other] = [await harness.agent(), await harness.agent()];
    await deaf.request('tools/list');
    deaf.stream.pause();
    const ask = (from: number, to: number): void => {
      for (let id = from; id < to; id += 1) {
        deaf.send({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'a__big', arguments: {} } });
      }
    };
    const others = async (): Promise<void> => {
      for (let count = 0; count < 20; count += 1) {
        expect(await other.request('tools/call', { name: 'a__t', arguments: {} })).toHaveProperty('result');
      }
    };
    ask(0, 100);
    const read = (): number => server.calls.filter(({ params }) => (params as Message)['name'] === 'big').length;
    await eventually(() => read() > 0, 'the first calls');
    let before: number;
    do {
      before = read();
      // A session that asks for so much is read in turns, with pauses of up to 50 ms.
      for (const untilMs = performance.now() + 500; performance.now() < untilMs;) await others();
    } while (read() !== before);
    // Megabytes wait to be read by the agent: what it asks now waits too.
    ask(100, 200);
    await others();
    expect(read()).toBe(before);
    deaf.stream.resume();
    for (let id = 0; id < 200; id += 1) expect(await deaf.answer(id)).toHaveProperty('result');
  });

  it('24. stderr: 50 MB of it are drained and block no call', { timeout: 60_000 }, async () => {
    const script = `
      const line = 'e'.repeat(999) + '\\n';
      for (let i = 0; i < 50_000; i += 1) require('fs').writeSync(2, line);
      import(${JSON.stringify(contractServer)});
      process.argv[1] = ${JSON.stringify(contractServer)};`;
    // The holder of the process drains it, as the engine's log book does, while it still starts.
    let bytes = 0;
    harness = new Harness();
    harness.route({ name: 'a' });
    const server = aServer({ source: { kind: 'command', command: [process.execPath, '-e', script] } });
    const request = { instanceId: 'ins_1', instanceName: 'a-1', generation: 1, server, env: {} };
    const outcome = await runtime.start(request, new AbortController().signal);
    if (!outcome.ok) throw new Error(told(outcome.failure).message);
    outcome.process.stderr.on('data', (chunk: Buffer) => (bytes += chunk.length));
    const { stdin: input, stdout: output } = outcome.process;
    const signal = new AbortController().signal;
    const connected = await harness.router.servers.connect(
      { id: 'a-1', server: 'a' },
      { input, output },
      30_000,
      signal,
    );
    expect(connected).toMatchObject({ ok: true });
    const agent = await harness.agent();
    const answer = await agent.request('tools/call', { name: 'a__echo', arguments: { x: 1 } });
    expect(answer).toHaveProperty('result');
    await eventually(() => bytes === 50_000_000, 'all of stderr');
  });

  it('25. process end: EOF, and whatever the server has started goes with it, also when it ignores TERM', async () => {
    const child = await started([process.execPath, contractServer], { SERVE_CHILD: 'detached', SERVE_STUBBORN: '1' });
    child.stderr.resume();
    const left = (): Promise<readonly number[]> => strays(markerOf(folderId, 'ins_1', 1));
    await expect.poll(async () => (await left()).length).toBe(2);
    harness.router.servers.disconnect('a-1', 'it was stopped');
    await child.stop();
    expect(await left()).toEqual([]);
  });

  it('26. environment: what the server needs to run and what its definition names, nothing else of the engine’s', async () => {
    const child = await started([process.execPath, contractServer], { GIVEN: 'yes' });
    child.stderr.resume();
    const agent = await harness.agent();
    const value = async (name: string): Promise<unknown> => {
      const answer = await agent.request('tools/call', { name: 'a__env', arguments: { name } });
      return ((answer['result'] as Message)['content'] as Message[])[0]?.['text'];
    };
    expect(await value('GIVEN')).toBe('yes');
    expect(await value('PATH')).toBe(process.env['PATH']);
    expect(await value('CANARY')).toBe('(unset)');
  });

  it('27. close: a connection that ends while it is being closed is told of once', async () => {
    harness = new Harness();
    const server = await harness.server('a', {
      tools: [tool('t')],
      on: (m) => (m['method'] === 'tools/call' ? 'ignore' : undefined),
    });
    const agent = await harness.agent();
    const answer = agent.request('tools/call', { name: 'a__t', arguments: {} });
    await server.untilMethod('tools/call');
    server.stream.destroy();
    harness.router.servers.disconnect('a-1', 'it was stopped');
    harness.router.servers.disconnect('a-1', 'it was stopped');
    expect(await answer).toHaveProperty('error');
    await agent.request('ping');
    expect(harness.observed.lost.length).toBeLessThanOrEqual(1);
    expect(agent.received.filter(({ id }) => id === answer)).toEqual([]);
  });
});
