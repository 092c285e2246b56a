/** A container engine that hangs, floods or answers oddly must cost nobody else anything. */
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/kernel/clock.ts';
import type { Runtime, StartRequest } from '../../../src/engine/ports.ts';
import { DockerClient } from '../../../src/engine/runtimes/docker/docker-client.ts';
import { DockerContainer } from '../../../src/engine/runtimes/docker/docker-container.ts';
import { dockerRuntime } from '../../../src/engine/runtimes/docker/docker-runtime.ts';
import { silentLogger } from '../../../src/kernel/log.ts';
import { aServer } from '../../support/builders/builders.ts';
import { fakeDocker, json, type FakeAnswer, type FakeDocker } from '../../support/fakes/fake-docker.ts';
import { FakeClock, settle } from '../../support/fakes/fake-clock.ts';
import { toldOutcome } from '../../support/builders/failures.ts';

let docker: FakeDocker;
let runtime: Runtime;
afterEach(async () => {
  await runtime?.close();
  await docker.close();
});

const ready = {
  'GET /version': json({ Version: '1' }),
  'GET /containers/json': json([]),
  'GET /images/': json({ Id: `sha256:${'1'.repeat(64)}`, Config: { User: '', Cmd: ['x'] } }),
};
const notJson: FakeAnswer = (_request, response) => void response.end('{"a":');
const request: StartRequest = {
  instanceId: 'ins_1',
  instanceName: 'fs-1',
  generation: 1,
  server: aServer({ runtime: 'docker', source: { kind: 'image', image: 'x', command: [] } }),
  env: { PLAIN: 'canary-value' },
};
function aRuntime(): Runtime {
  const used = { get: () => false, set: () => undefined };
  runtime = dockerRuntime({ clock: systemClock, logger: silentLogger, folderId: 'f', env: docker.env, used });
  return runtime;
}
async function asked(begin: string): Promise<void> {
  const seen = (): string | undefined => docker.asked.find((target) => target.startsWith(begin));
  await expect.poll(seen, { timeout: 60_000 }).toBeDefined();
}

describe('dockerRuntime', () => {
  it.each(['POST /containers/create', 'GET /version', 'GET /images/', 'GET /containers/json'])(
    'gives up a start that hangs in %s as soon as it is called off',
    async (hangs) => {
      docker = await fakeDocker(Object.fromEntries(Object.entries(ready).filter(([begin]) => begin !== hangs)));
      const stop = new AbortController();
      const starting = aRuntime().start(request, stop.signal);
      await asked(hangs);
      stop.abort();
      expect(toldOutcome(await starting)).toMatchObject({ ok: false, failure: { code: 'ABORTED' } });
    },
  );

  it('is unused only until a server wants it, if only its secrets came', async () => {
    docker = await fakeDocker(ready);
    aRuntime();
    expect(runtime.state().kind).toBe('unused');
    runtime.wanted?.();
    await expect.poll(() => runtime.state(), { timeout: 60_000 }).toEqual({ kind: 'ok', version: '1' });
  });

  it('closes at once while a start hangs', async () => {
    docker = await fakeDocker(ready);
    const starting = aRuntime().start(request, new AbortController().signal);
    await asked('POST /containers/create');
    await runtime.close();
    expect((await starting).ok).toBe(false);
  });

  it('tells the container engine the specification in the body alone', async () => {
    docker = await fakeDocker(ready);
    const stop = new AbortController();
    const starting = aRuntime().start(request, stop.signal);
    await asked('POST /containers/create');
    stop.abort();
    await starting;
    const create = docker.asked.find((target) => target.startsWith('POST /containers/create'));
    expect(create).toBe('POST /containers/create?name=mcptui-f-fs-1-g1');
  });

  it('says that the container engine is out of order when it answers with status 500', async () => {
    docker = await fakeDocker({ ...ready, 'GET /version': json({ message: 'boom' }, 500) });
    const outcome = await aRuntime().start(request, new AbortController().signal);
    expect(toldOutcome(outcome)).toMatchObject({ ok: false, failure: { code: 'DOCKER_REFUSED' } });
    expect(runtime.state().kind).toBe('refused');
  });

  it.each([
    ['status 404', 'GET /version', json({ message: 'no such page' }, 404), 'HTTP 404 to GET /version'],
    ['no version', 'GET /version', json({}), 'it tells no version'],
    ['something else than JSON', 'GET /version', notJson, 'is no container engine'],
    ['no list of containers', 'GET /containers/json', json({}, 404), 'HTTP 404 to GET /containers/json'],
  ])(
    'says that another service answers, and what to set, when it answers with %s',
    async (_what, asks, answer, said) => {
      docker = await fakeDocker({ ...ready, [asks]: answer });
      const outcome = await aRuntime().start(request, new AbortController().signal);
      expect(toldOutcome(outcome)).toMatchObject({
        ok: false,
        failure: {
          code: 'DOCKER_OTHER_SERVICE',
          message: expect.stringContaining(said),
          hint: expect.stringContaining('with DOCKER_HOST set'),
        },
      });
      expect(runtime.state().kind).toBe('other-service');
    },
  );
});

describe('DockerClient', () => {
  it('ends an answer that does not end, at its limit', async () => {
    docker = await fakeDocker({
      'GET /version': (_request, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536, 32)));
          if (!response.destroyed) response.once('drain', more);
        };
        more();
      },
    });
    const client = new DockerClient(systemClock, docker.env);
    await expect(client.call((engine) => engine.version())).rejects.toThrow('over 16 MiB');
  });
});

describe('DockerContainer', () => {
  it('stops within the graces and two seconds before an engine that says nothing, and says what is left', async () => {
    docker = await fakeDocker({});
    const clock = new FakeClock();
    const child = new DockerContainer({
      client: new DockerClient(clock, docker.env),
      clock,
      id: 'c0ffee',
      memoryMiB: 64,
      attached: new PassThrough(),
      graces: { eofMs: 2_000, termMs: 2_000 },
      unreachable: () => undefined,
      closing: new AbortController().signal,
      gone: () => undefined,
    });
    const state = { isStopped: false };
    const stopped = child.stop().then(() => {
      state.isStopped = true;
    });
    for (let ms = 0; ms < 6_000; ms += 500) {
      await clock.advance(500);
      await settle();
    }
    expect(state.isStopped).toBe(true);
    await stopped;
    expect((await child.exited).left).toContain('container c0ffee is left');
  });
});
