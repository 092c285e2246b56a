import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { silentLogger } from '../../../src/log.ts';
import { DockerClient } from '../../../src/engine/runtimes/docker/docker-client.ts';
import { DockerContainer } from '../../../src/engine/runtimes/docker/docker-container.ts';
import { dockerRuntime } from '../../../src/engine/runtimes/docker/docker-runtime.ts';
import { ask, runtimeContract } from '../../contracts/runtime-contract.ts';
import { aServer } from '../../support/builders.ts';
import { skipDocker, TEST_IMAGE } from '../../support/docker.ts';

const folderId = randomBytes(8).toString('hex');
const create = () =>
  dockerRuntime({
    clock: systemClock,
    logger: silentLogger,
    folderId,
    env: {},
    graceMs: 300,
    used: { get: () => true, set: () => undefined },
  });
const serve = (image = TEST_IMAGE) => aServer({ runtime: 'docker', source: { kind: 'image', image, command: [] } });

const docker = (...args: string[]): string => execFileSync('docker', args, { encoding: 'utf8' });

describe.skipIf(skipDocker('docker runtime'))('docker runtime', () => {
  runtimeContract('docker', {
    create,
    server: () => serve(),
    missing: () => serve('no-such-host.invalid/nothing:1'),
    missingCode: 'IMAGE_UNAVAILABLE',
    isThere: (child) =>
      Promise.resolve(docker('ps', '-aq', '--no-trunc', '--filter', 'status=running').includes(child.runtimeId)),
  });

  it('takes a container between its creation and its start for one that lives', async () => {
    const id = docker('create', '--network', 'none', TEST_IMAGE).trim();
    try {
      let isGone = false;
      const child = new DockerContainer({
        client: new DockerClient(systemClock, {}),
        clock: systemClock,
        id,
        memoryMiB: 64,
        attached: new PassThrough(),
        graceMs: 300,
        unreachable: () => undefined,
        closing: new AbortController().signal,
        gone: () => {
          isGone = true;
        },
      });
      // What an event of the engine (`create`, `attach`) leads to.
      await child.check();
      expect(isGone).toBe(false);
    } finally {
      docker('rm', '-f', id);
    }
  });

  it('hardens the container by default', async () => {
    const runtime = create();
    const request = { instanceId: 'ins_4', instanceName: 'fs-4', generation: 7, server: serve(), env: { TOKEN: 'x' } };
    const outcome = await runtime.start(request, new AbortController().signal);
    if (!outcome.ok) throw new Error(outcome.failure.message);
    outcome.process.stderr.resume();
    await ask(outcome.process, 'initialize', { protocolVersion: '2025-11-25' });
    const [inspected] = JSON.parse(docker('inspect', outcome.process.runtimeId)) as [
      Record<string, Record<string, unknown>>,
    ];
    expect(inspected.HostConfig).toMatchObject({
      Init: true,
      Privileged: false,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      NetworkMode: 'none',
      PidsLimit: 256,
      Memory: 512 * 1024 * 1024,
      MemorySwap: 512 * 1024 * 1024,
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: 'none' },
      Binds: null,
    });
    expect(inspected.Config).toMatchObject({
      User: '65534:65534',
      Labels: { 'io.mcptui.folder': folderId, 'io.mcptui.instance': 'ins_4', 'io.mcptui.generation': '7' },
    });
    await runtime.close();
  });
});
