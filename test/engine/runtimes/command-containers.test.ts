import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/kernel/clock.ts';
import type { RunningProcess, Runtime } from '../../../src/engine/ports.ts';
import { hidesContainers, runAt } from '../../../src/engine/runtimes/command-containers.ts';
import { processRuntime } from '../../../src/engine/runtimes/process.ts';
import { ask } from '../../contracts/runtime-contract.ts';
import { aServer } from '../../support/builders/builders.ts';
import { skipDocker, TEST_IMAGE } from '../../support/worlds/docker.ts';
import { told } from '../../support/builders/failures.ts';

const contractServer = fileURLToPath(new URL('../../fixtures/contract-server.mjs', import.meta.url));

describe('runAt', () => {
  it.each([
    [['docker', 'run', '-i', 'img'], 1],
    [['/usr/bin/podman', '--log-level', 'error', 'run', 'img'], 3],
    [['docker', '--context=x', '-D', 'container', 'run', 'img'], 4],
    [['docker', '-H', 'run', 'run', 'img'], 3],
    [['docker', 'exec', 'x', 'run'], -1],
    [['docker', 'compose', 'run', 'x'], -1],
    [['npx', 'run'], -1],
    [['sh', '-c', 'docker run x'], -1],
    [[], -1],
  ])('finds in %j the word run at %i', (argv, at) => {
    expect(runAt(argv)).toBe(at);
  });
});

describe('hidesContainers', () => {
  it.each([
    [['sh', '-c', 'exec docker run -i img'], true],
    [['sudo', 'docker', 'run', 'img'], true],
    [['docker', 'compose', 'run', 'x'], true],
    [['docker', 'run', 'img'], false],
    [['docker', 'exec', '-i', 'x', 'server'], false],
    [['node', 'docker-server.js', 'run'], false],
  ])('of %j is %s', (argv, hides) => {
    expect(hidesContainers(argv)).toBe(hides);
  });
});

let folder: string;
let runtime: Runtime | undefined;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mcptui-clients-'));
});
afterEach(async () => {
  await runtime?.close();
  runtime = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const newRuntime = (env: NodeJS.ProcessEnv = process.env): Runtime =>
  processRuntime({ clock: systemClock, folderId: path.basename(folder), dataDir: folder, env, graceMs: 300 });

async function start(command: string[], env: Record<string, string> = {}): Promise<RunningProcess> {
  const server = aServer({ source: { kind: 'command', command } });
  const request = { instanceId: 'ins_1', instanceName: 'd-1', generation: 4, server, env };
  const outcome = await (runtime ?? newRuntime()).start(request, new AbortController().signal);
  if (!outcome.ok) throw new Error(told(outcome.failure).message);
  outcome.process.stderr.resume();
  return outcome.process;
}

describe('a command that is docker run', () => {
  /** A client that notes how it was called, serves on `run`, and does `ps` as said. */
  function aClient(ps: string): string {
    const bin = path.join(folder, 'bin');
    mkdirSync(bin);
    const script = `#!/bin/sh
echo "$*" >>"${folder}/calls"
case "$*" in
  run\\ *|*\\ run\\ *) exec "${process.execPath}" "${contractServer}" ;;
  *ps*) ${ps} ;;
esac
`;
    writeFileSync(path.join(bin, 'docker'), script);
    chmodSync(path.join(bin, 'docker'), 0o755);
    return path.join(bin, 'docker');
  }
  const calls = (): readonly string[] => readFileSync(path.join(folder, 'calls'), 'utf8').trim().split('\n');
  const ID = 'a'.repeat(64);

  it('carries labels, by which its container is removed once the client has ended', async () => {
    runtime = newRuntime();
    const child = await start([aClient(`echo ${ID}`), '--context', 'x', 'run', '-i', '--rm', 'img']);
    await ask(child, 'initialize', { protocolVersion: '2025-11-25' });
    await child.stop();
    const name = path.basename(folder);
    const label = `io.mcptui.command.start=${name}/ins_1/4`;
    expect(calls()).toEqual([
      `--context x run --label io.mcptui.command=${name} --label ${label} -i --rm img`,
      `--context x ps -aq --no-trunc --filter label=${label}`,
      `--context x rm -f ${ID}`,
    ]);
    expect(await child.exited).not.toHaveProperty('left');
  });

  it('whose client hangs holds up a stop for two seconds more, and says what may be left', async () => {
    runtime = newRuntime();
    const child = await start([aClient('sleep 60'), 'run', 'img']);
    await ask(child, 'initialize', { protocolVersion: '2025-11-25' });
    await child.stop();
    expect((await child.exited).left).toMatch(/^its containers may be left: .*docker does not answer$/);
  });

  it('has its containers removed by the next engine, through the same client, when this one was killed', async () => {
    runtime = newRuntime();
    const child = await start([aClient(`echo ${ID}`), 'run', 'img'], {
      DOCKER_HOST: 'unix:///d.sock',
      TOKEN: 's3cret',
    });
    await ask(child, 'initialize', { protocolVersion: '2025-11-25' });
    const noted = path.join(folder, 'command-clients.json');
    expect(readFileSync(noted, 'utf8')).toContain('unix:///d.sock');
    expect(readFileSync(noted, 'utf8')).not.toContain('s3cret');
    const next = newRuntime();
    await next.reap(new Set());
    await child.exited;
    // The one that was not killed in this test has looked, too.
    const reaped = `ps -aq --no-trunc --filter label=io.mcptui.command=${path.basename(folder)}`;
    expect(calls().slice(calls().indexOf(reaped))).toContain(`rm -f ${ID}`);
    expect(existsSync(noted)).toBe(false);
  });
});

describe.skipIf(skipDocker('docker run as a command'))('docker run with a real engine', () => {
  const containers = (): string =>
    execFileSync('docker', ['ps', '-aq', '--filter', `label=io.mcptui.command=${path.basename(folder)}`], {
      encoding: 'utf8',
    });

  it.each([
    ['ends at EOF', ''],
    ['ends neither at EOF nor on TERM', '1'],
  ])('leaves no container of a server that %s', async (_how, stubborn) => {
    runtime = newRuntime();
    const child = await start(['docker', 'run', '-i', '--rm', '-e', `SERVE_STUBBORN=${stubborn}`, TEST_IMAGE]);
    await ask(child, 'initialize', { protocolVersion: '2025-11-25' });
    expect(containers()).not.toBe('');
    await child.stop();
    expect(containers()).toBe('');
  });

  it('leaves none to the engine after one that was killed', async () => {
    runtime = newRuntime();
    const child = await start(['docker', 'run', '-i', '--rm', '-e', 'SERVE_STUBBORN=1', TEST_IMAGE]);
    await ask(child, 'initialize', { protocolVersion: '2025-11-25' });
    await newRuntime().reap(new Set());
    await child.exited;
    expect(containers()).toBe('');
  });
});
