import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import type { RunningProcess, Runtime } from '../../../src/engine/ports.ts';
import { killGroup, markerOf, strays } from '../../../src/engine/runtimes/process-tree.ts';
import { processRuntime } from '../../../src/engine/runtimes/process.ts';
import { ask, runtimeContract } from '../../contracts/runtime-contract.ts';
import { aServer } from '../../support/builders.ts';

const script = fileURLToPath(new URL('../../fixtures/contract-server.mjs', import.meta.url));
const folderId = `test-${randomBytes(6).toString('hex')}`;
const create = (): Runtime => processRuntime({ clock: systemClock, folderId, env: process.env, graceMs: 300 });
const serve = (command: string[] = [process.execPath, script]) => aServer({ source: { kind: 'command', command } });

runtimeContract('process', {
  create,
  server: () => serve(),
  missing: () => serve(['/nowhere/such-command']),
  missingCode: 'COMMAND_NOT_FOUND',
  isThere: (child) => Promise.resolve(child.pid !== undefined && killGroup(child.pid, 0)),
});

describe('processRuntime', () => {
  let runtime: Runtime;
  afterEach(() => runtime.close());

  async function start(command: string[], env: Record<string, string> = {}): Promise<RunningProcess> {
    runtime = create();
    const request = { instanceId: 'ins_2', instanceName: 'fs-2', generation: 1, server: serve(command), env };
    const outcome = await runtime.start(request, new AbortController().signal);
    if (!outcome.ok) throw new Error(outcome.failure.message);
    outcome.process.stderr.resume();
    return outcome.process;
  }
  const left = (): Promise<readonly number[]> => strays(markerOf(folderId, 'ins_2', 1));

  it('runs without a shell: metacharacters reach the program as they are', async () => {
    const child = await start([process.execPath, '-e', 'process.stdout.write(process.argv[1])', '$(id); *']);
    let text = '';
    for await (const chunk of child.stdout) text += String(chunk);
    expect(text).toBe('$(id); *');
  });

  it.each(['1', 'detached'])('ends the grandchild too (%s), also behind sh -c', async (kind) => {
    const child = await start(['/bin/sh', '-c', `"${process.execPath}" "${script}"; true`], { SERVE_CHILD: kind });
    await ask(child, 'initialize', { protocolVersion: '2025-11-25' });
    await expect.poll(async () => (await left()).length).toBe(3);
    await child.stop();
    expect(await left()).toEqual([]);
  });

  it('ends what a crashed server leaves behind', async () => {
    const child = await start([process.execPath, script], { SERVE_CHILD: 'detached' });
    await ask(child, 'initialize', { protocolVersion: '2025-11-25' });
    await expect.poll(async () => (await left()).length).toBe(2);
    process.kill(child.pid ?? 0, 'SIGKILL');
    expect(await child.exited).toMatchObject({ signal: 'SIGKILL' });
    expect(await left()).toEqual([]);
  });

  it('says which command may not be executed', async () => {
    runtime = create();
    const request = {
      instanceId: 'ins_3',
      instanceName: 'fs-3',
      generation: 1,
      server: serve(['/etc/passwd']),
      env: {},
    };
    expect(await runtime.start(request, new AbortController().signal)).toMatchObject({
      ok: false,
      failure: { code: 'COMMAND_NOT_EXECUTABLE', hint: 'chmod +x /etc/passwd' },
    });
  });
});
