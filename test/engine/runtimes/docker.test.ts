import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/kernel/clock.ts';
import { silentLogger } from '../../../src/kernel/log.ts';
import { DockerClient } from '../../../src/engine/runtimes/docker/docker-client.ts';
import { DockerContainer } from '../../../src/engine/runtimes/docker/docker-container.ts';
import { dockerRuntime } from '../../../src/engine/runtimes/docker/docker-runtime.ts';
import { SecretFiles } from '../../../src/engine/runtimes/docker/secret-files.ts';
import { until } from '../../support/until.ts';
import { ask, callTool, runtimeContract } from '../../contracts/runtime-contract.ts';
import type { StartRequest } from '../../../src/engine/ports.ts';
import type { Server } from '../../../src/store/schema/server.ts';
import { aServer } from '../../support/builders/builders.ts';
import { skipDocker, TEST_IMAGE } from '../../support/worlds/docker.ts';
import { told, toldOutcome } from '../../support/builders/failures.ts';

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
        graces: { eofMs: 300, termMs: 300 },
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
    if (!outcome.ok) throw new Error(told(outcome.failure).message);
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

  let starts = 0;

  async function startedWith(server: Server, env: Record<string, string> = {}, more: Partial<StartRequest> = {}) {
    const runtime = create();
    // A name of its own: the container of the test before may be on its way out.
    const instanceName = more.generation === undefined ? `fs-5-${(starts += 1)}` : `fs-5-${starts}`;
    const request = { instanceId: 'ins_5', instanceName, generation: 1, server, env, ...more };
    const outcome = await runtime.start(request, new AbortController().signal);
    if (outcome.ok) outcome.process.stderr.resume();
    return { runtime, outcome };
  }
  /** An image of `lines` on top of the test image, under a name of its own. */
  function anImage(name: string, ...lines: string[]): string {
    execFileSync('docker', ['build', '-q', '-t', name, '-'], {
      input: [`FROM ${TEST_IMAGE}`, ...lines].join('\n'),
      env: { ...process.env, DOCKER_BUILDKIT: '0' },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    return name;
  }
  /** The test image again, whose server runs without one. */
  function anImageWithoutShell(): string {
    const name = `mcptui-test-shellless:${folderId}`;
    const id = docker('create', TEST_IMAGE).trim();
    const tar = path.join(mkdtempSync(path.join(tmpdir(), 'mcptui-image-')), 'image.tar');
    docker('export', '-o', tar, id);
    execFileSync('tar', ['--delete', '-f', tar, 'bin/sh']);
    docker('import', '--change', 'CMD ["/usr/bin/node", "/srv/contract-server.mjs"]', tar, name);
    docker('rm', id);
    rmSync(path.dirname(tar), { recursive: true });
    return name;
  }
  const inspected = (id: string) => (JSON.parse(docker('inspect', id)) as [Record<string, Record<string, unknown>>])[0];

  const secret = `it's a "$SECRET" \\ of\nthree\tlines\n`;
  const withSecret = (secretDelivery: 'stdin' | 'env', image = TEST_IMAGE): Server =>
    aServer({
      runtime: 'docker',
      source: { kind: 'image', image, command: [] },
      env: [{ name: 'TOKEN', secret: { backend: 'env', path: 'T' } }],
      secretDelivery,
    });

  it('hands a secret over so that the server has it and docker inspect does not show it', async () => {
    const { runtime, outcome } = await startedWith(withSecret('stdin'), { TOKEN: secret, PLAIN: 'seen' });
    if (!outcome.ok) throw new Error(told(outcome.failure).message);
    expect(await callTool(outcome.process, 'env', { name: 'TOKEN' })).toBe(secret);
    expect(await callTool(outcome.process, 'env', { name: 'PLAIN' })).toBe('seen');
    const shown = docker('inspect', outcome.process.runtimeId);
    expect(shown).toContain('PLAIN=seen');
    expect(shown).not.toContain('SECRET');
    await runtime.close();
  });

  it.each(['stdin', 'env'] as const)(
    'hands a secret over as a file of the server alone, which is nowhere in docker inspect (%s)',
    async (secretDelivery) => {
      const { backend, path: from } = { backend: 'env', path: 'T' };
      const server = {
        ...withSecret(secretDelivery),
        env: [{ name: 'TOKEN', secret: { backend, path: from }, as: 'file' as const }],
      };
      const { runtime, outcome } = await startedWith(server, { TOKEN: secret });
      if (!outcome.ok) throw new Error(told(outcome.failure).message);
      const id = outcome.process.runtimeId;
      expect(await callTool(outcome.process, 'env', { name: 'TOKEN_FILE' })).toBe('/run/secrets/TOKEN');
      expect(await callTool(outcome.process, 'env', { name: 'TOKEN' })).not.toContain('SECRET');
      const look = `
        const fs = require('node:fs');
        const file = '/run/secrets/TOKEN';
        const mount = fs.readFileSync('/proc/mounts', 'utf8').split('\\n').find((line) => line.includes('/run/secrets'));
        console.log(JSON.stringify({ value: fs.readFileSync(file, 'utf8'), mode: fs.statSync(file).mode & 0o777, mount }));`;
      expect(JSON.parse(docker('exec', id, 'node', '-e', look))).toEqual({
        value: secret,
        mode: 0o400,
        mount: expect.stringMatching(/^tmpfs \/run\/secrets tmpfs rw,nosuid,nodev,noexec/) as string,
      });
      expect(() => execFileSync('docker', ['exec', '-u', '4242', id, 'node', '-e', look], { stdio: 'pipe' })).toThrow(
        'Command failed',
      );
      expect(docker('inspect', id)).not.toContain('SECRET');
      await runtime.close();
    },
  );

  it('puts a secret into the environment where the definition says so', async () => {
    const { runtime, outcome } = await startedWith(withSecret('env'), { TOKEN: 'plain-to-see' });
    if (!outcome.ok) throw new Error(told(outcome.failure).message);
    expect(await callTool(outcome.process, 'env', { name: 'TOKEN' })).toBe('plain-to-see');
    expect(docker('inspect', outcome.process.runtimeId)).toContain('TOKEN=plain-to-see');
    await runtime.close();
  });

  it('refuses by name, with the way out, an image that has no shell for its secrets', async () => {
    const image = `mcptui-test-noshell:${folderId}`;
    execFileSync('docker', ['import', '--change', 'CMD ["/x"]', '-', image], { input: Buffer.alloc(10_240) });
    const { runtime, outcome } = await startedWith(withSecret('stdin', image), { TOKEN: 'x' });
    expect(toldOutcome(outcome)).toMatchObject({ ok: false, failure: { code: 'SECRETS_NOT_DELIVERED' } });
    const hint = outcome.ok ? '' : told(outcome.failure).hint;
    expect(hint).toContain("NAME='secret:… as file'");
    expect(hint).toContain('secretDelivery: env');
    await runtime.close();
    docker('rmi', '-f', image);
  });

  it('gives an image without a shell its secrets as files of memory, which go with the container', async () => {
    const image = anImageWithoutShell();
    const server = aServer({
      runtime: 'docker',
      source: { kind: 'image', image, command: [] },
      env: [{ name: 'TOKEN', secret: { backend: 'env', path: 'T' }, as: 'file' }],
    });
    const { runtime, outcome } = await startedWith(server, { TOKEN: secret });
    if (!outcome.ok) throw new Error(told(outcome.failure).message);
    const id = outcome.process.runtimeId;
    expect(await callTool(outcome.process, 'env', { name: 'TOKEN_FILE' })).toBe('/run/secrets/TOKEN');
    const look = `
      const fs = require('node:fs');
      const mount = fs.readFileSync('/proc/mounts', 'utf8').split('\\n').find((line) => line.includes('/run/secrets'));
      console.log(JSON.stringify({ value: fs.readFileSync('/run/secrets/TOKEN', 'utf8'), mount }));`;
    const seen = JSON.parse(docker('exec', id, '/usr/bin/node', '-e', look)) as { value: string; mount: string };
    expect(seen.value).toBe(secret);
    expect(seen.mount).toMatch(/^tmpfs \/run\/secrets tmpfs ro/);
    const shown = inspected(id) as unknown as { Mounts: { Source: string; RW: boolean }[] };
    expect(docker('inspect', id)).not.toContain('SECRET');
    const [mount] = shown.Mounts;
    const Source = mount?.Source ?? '';
    expect(mount?.RW).toBe(false);
    expect(statSync(path.dirname(path.dirname(Source))).mode & 0o777).toBe(0o700);
    await runtime.close();
    await until(() => !existsSync(Source), 'the end of its files');
    docker('rmi', '-f', image);
  });

  it('forgets at its first look the files that a killed engine left', async () => {
    const files = new SecretFiles({ folderId, env: {} });
    const left = (await files.put('mcptui-left', { TOKEN: 'x' })) ?? '';
    expect(existsSync(path.join(left, 'TOKEN'))).toBe(true);
    const { runtime } = await startedWith(serve(TEST_IMAGE));
    expect(existsSync(left)).toBe(false);
    await runtime.close();
  });

  it.each([
    ['00', '65534:65534'],
    ['+0', '65534:65534'],
    ['0:0', '65534:65534'],
    ['root', '65534:65534'],
    ['no-such-user', '65534:65534'],
    ['daemon', '1:1'],
    ['1234', '1234'],
  ])('runs an image of USER %s as %s', async (user, runsAs) => {
    const image = anImage(`mcptui-test-user:${folderId}`, `USER ${user}`);
    const { runtime, outcome } = await startedWith(serve(image));
    if (!outcome.ok) throw new Error(told(outcome.failure).message);
    expect(inspected(outcome.process.runtimeId).Config?.User).toBe(runsAs);
    await runtime.close();
    docker('rmi', '-f', image);
  });

  it('keeps what an image declares as volumes in memory', async () => {
    const image = anImage(`mcptui-test-volume:${folderId}`, 'VOLUME /data');
    const { runtime, outcome } = await startedWith(serve(image));
    if (!outcome.ok) throw new Error(told(outcome.failure).message);
    expect(inspected(outcome.process.runtimeId).Mounts).toMatchObject([{ Type: 'tmpfs', Destination: '/data' }]);
    await runtime.close();
    docker('rmi', '-f', image);
  });

  it('goes on with the image that it ran first, tells what its name means now, and refuses what is gone', async () => {
    const image = anImage(`mcptui-test-retag:${folderId}`, 'ENV ROUND=1');
    const first = await startedWith(serve(image));
    if (!first.outcome.ok) throw new Error(told(first.outcome.failure).message);
    const ran = first.outcome.process.image?.id ?? '';
    expect(ran).toMatch(/^sha256:[0-9a-f]{64}$/);
    docker('tag', image, `mcptui-test-retag:${folderId}-old`);
    await first.runtime.close();
    anImage(image, 'ENV ROUND=2');
    const second = await startedWith(serve(image), {}, { image: ran, generation: 2 });
    if (!second.outcome.ok) throw new Error(told(second.outcome.failure).message);
    expect(await callTool(second.outcome.process, 'env', { name: 'ROUND' })).toBe('1');
    expect(second.outcome.process.image).toMatchObject({ id: ran, namedId: inspected(image).Id });
    await second.runtime.close();
    docker('rmi', '-f', `mcptui-test-retag:${folderId}-old`);
    const third = await startedWith(serve(image), {}, { image: ran, generation: 3 });
    expect(toldOutcome(third.outcome)).toMatchObject({ ok: false, failure: { code: 'IMAGE_CHANGED' } });
    await third.runtime.close();
    docker('rmi', '-f', image);
  });

  it('removes the container of an earlier generation before its successor runs', async () => {
    const stubborn = { SERVE_STUBBORN: '1' };
    const first = await startedWith(serve(), stubborn);
    if (!first.outcome.ok) throw new Error(told(first.outcome.failure).message);
    const second = await startedWith(serve(), stubborn, { generation: 2 });
    if (!second.outcome.ok) throw new Error(told(second.outcome.failure).message);
    const ids = docker('ps', '-aq', '--no-trunc', '--filter', `label=io.mcptui.folder=${folderId}`).trim().split('\n');
    expect(ids).toEqual([second.outcome.process.runtimeId]);
    await Promise.all([first.runtime.close(), second.runtime.close()]);
  });

  it('replaces, and does not count as failed, a container that lost its streams while the engine was away', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'mcptui-docker-away-'));
    const socketPath = path.join(folder, 'd.sock');
    const open = new Set<Socket>();
    const listener = createServer({ allowHalfOpen: true }, (socket) => {
      const engine = connect({ path: '/var/run/docker.sock', allowHalfOpen: true });
      for (const end of [socket, engine]) {
        open.add(end);
        end.on('error', () => undefined);
      }
      socket.pipe(engine).pipe(socket);
    });
    const listen = (): Promise<void> => new Promise((resolve) => listener.listen(socketPath, resolve));
    await listen();
    const used = { get: () => true, set: () => undefined };
    const env = { DOCKER_HOST: `unix://${socketPath}` };
    const runtime = dockerRuntime({ clock: systemClock, logger: silentLogger, folderId, env, graceMs: 300, used });
    try {
      const request = { instanceId: 'ins_6', instanceName: 'fs-6', generation: 1, server: serve(), env: {} };
      const outcome = await runtime.start(request, new AbortController().signal);
      if (!outcome.ok) throw new Error(told(outcome.failure).message);
      outcome.process.stderr.resume();
      await ask(outcome.process, 'initialize', { protocolVersion: '2025-11-25' });
      const closed = new Promise((resolve) => listener.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
      // The router ends what it lost; that must not make it a failure.
      void outcome.process.stop();
      await expect.poll(() => runtime.state().kind).toBe('absent');
      await listen();
      expect(await outcome.process.exited).toMatchObject({ failure: { kind: 'runtime-away', state: 'went-away' } });
    } finally {
      for (const socket of open) socket.destroy();
      await runtime.close();
      listener.close();
      const left = docker('ps', '-aq', '--filter', `label=io.mcptui.folder=${folderId}`).split('\n').filter(Boolean);
      if (left.length > 0) docker('rm', '-f', ...left);
      rmSync(folder, { recursive: true });
    }
  });

  it('removes what an earlier version left, which named the folder by its path', async () => {
    const formerFolderId = randomBytes(8).toString('hex');
    const old = docker(
      'run',
      '-d',
      '-i',
      '--network',
      'none',
      '--label',
      `io.mcptui.folder=${formerFolderId}`,
      TEST_IMAGE,
    ).trim();
    const used = { get: () => true, set: () => undefined };
    const options = { clock: systemClock, logger: silentLogger, folderId, formerFolderId, env: {}, graceMs: 300, used };
    const runtime = dockerRuntime(options);
    try {
      await runtime.reap(new Set());
      await expect.poll(() => docker('ps', '-aq', '--no-trunc').includes(old), { timeout: 60_000 }).toBe(false);
    } finally {
      await runtime.close();
      docker('rm', '-f', old);
    }
  });
});
