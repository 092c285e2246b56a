import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/kernel/clock.ts';
import type { RunningProcess, Runtime } from '../../../src/engine/ports.ts';
import { killGroup, markerOf, ProcessTree, strays } from '../../../src/engine/runtimes/process-tree.ts';
import { silentLogger } from '../../../src/kernel/log.ts';
import { processRuntime } from '../../../src/engine/runtimes/process.ts';
import { ask, runtimeContract } from '../../contracts/runtime-contract.ts';
import { aServer } from '../../support/builders/builders.ts';
import { told, toldOutcome } from '../../support/builders/failures.ts';

const script = fileURLToPath(new URL('../../fixtures/contract-server.mjs', import.meta.url));
const dataDir = mkdtempSync(path.join(tmpdir(), 'mcptui-process-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));
const folderId = `test-${randomBytes(6).toString('hex')}`;
const create = (): Runtime => processRuntime({ clock: systemClock, folderId, env: process.env, dataDir, graceMs: 300 });
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
    if (!outcome.ok) throw new Error(told(outcome.failure).message);
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

  it('sees the end of a server at once, though a process that it left behind holds its pipes open', async () => {
    const away = `require('node:child_process').spawn('/usr/bin/env', ['-i', '/bin/sleep', '60'], { detached: true, stdio: 'inherit' }).once('spawn', () => process.exit(7))`;
    const child = await start([process.execPath, '-e', away]);
    const outputEnds = new Promise((resolve) => child.stdout.once('close', resolve));
    child.stdout.resume();
    expect(await child.exited).toMatchObject({ code: 7 });
    await outputEnds;
    await child.stop();
  });

  it('ends within both graces and a second what ignores EOF and TERM behind sh -c', async () => {
    const child = await start(['/bin/sh', '-c', `"${process.execPath}" "${script}"; true`], { SERVE_STUBBORN: '1' });
    await ask(child, 'initialize', { protocolVersion: '2025-11-25' });
    const startedMs = systemClock.monotonicMs();
    await child.stop();
    expect(systemClock.monotonicMs() - startedMs).toBeLessThan(300 + 300 + 1_000);
    expect(await left()).toEqual([]);
  });

  it('ends by its group what cannot be looked for, and says so', async () => {
    const said: string[] = [];
    const logger = { ...silentLogger, warn: (_: object, message: string) => void said.push(message) };
    const tree = spawn('/bin/sleep', ['60'], { detached: true, stdio: 'ignore' });
    const gone = new Promise((resolve) => tree.once('exit', resolve));
    const look = () => Promise.reject(Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' }));
    await new ProcessTree('no such marker', tree.pid, { clock: systemClock, logger, look }).end(100);
    await gone;
    expect(said).toContain('processes could not be looked for');
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
    expect(toldOutcome(await runtime.start(request, new AbortController().signal))).toMatchObject({
      ok: false,
      failure: { code: 'COMMAND_NOT_EXECUTABLE', hint: 'chmod +x /etc/passwd' },
    });
  });

  it('says of a command that is one word with blanks how it is written', async () => {
    runtime = create();
    const request = {
      instanceId: 'ins_3',
      instanceName: 'fs-3',
      generation: 1,
      server: serve(['node /opt/x.js']),
      env: {},
    };
    expect(toldOutcome(await runtime.start(request, new AbortController().signal))).toMatchObject({
      ok: false,
      failure: { code: 'COMMAND_NOT_FOUND', hint: expect.stringContaining('separate words;') as string },
    });
  });
});
