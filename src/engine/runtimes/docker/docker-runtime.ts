/** Runs servers in containers. What runs is known by labels and asked afresh; the engine's events only hurry the asking. */
import type { Duplex } from 'node:stream';
import type { Clock } from '../../../clock.ts';
import { messageOf } from '../../../errors.ts';
import type { Logger } from '../../../log.ts';
import type { Failure } from '../../../store/schema/instance.ts';
import type { Runtime, StartOutcome, StartRequest } from '../../ports.ts';
import type { RuntimeState } from '../../view.ts';
import { containerSpec, imageOf, LABELS } from './container-spec.ts';
import { DockerClient, DockerUnreachable, statusOf } from './docker-client.ts';
import { DockerContainer } from './docker-container.ts';
import { DockerMonitor } from './docker-monitor.ts';

export interface DockerRuntimeOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Tells this data folder's containers from those of others. */
  readonly folderId: string;
  /**
   * Whether an engine on this folder has ever started a container, kept across engines: one that has not never loads
   * dockerode. `set` is called at the first start.
   */
  readonly used: { get(): boolean; set(): void };
  /** DOCKER_HOST and MCPTUI_RUNNER_IMAGE are read. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Between EOF and TERM, and between TERM and KILL. Default 2,000. */
  readonly graceMs?: number;
}

const DEFAULT_RUNNER = 'node:24-slim';
const PULL_MS = 10 * 60_000;
/** A fresh engine looks for leftovers after this, or at its first start of a container: not while it starts itself. */
const FIRST_LOOK_MS = 1_000;

export function dockerRuntime(options: DockerRuntimeOptions): Runtime {
  const { clock, logger, folderId, env } = options;
  const client = new DockerClient(clock, env);
  const runnerImage = env.MCPTUI_RUNNER_IMAGE ?? DEFAULT_RUNNER;
  const running = new Map<string, DockerContainer>();
  /** Containers between create and `running`: not orphans either. */
  const beginning = new Set<string>();
  const closing = new AbortController();
  const monitor = new DockerMonitor({ client, clock, folderId, resync, hint: (id) => void running.get(id)?.check() });
  let firstLook: Promise<void> | undefined;

  /** Removes what carries our label and is not ours now, and has what is ours but not there looked at. */
  async function resync(): Promise<void> {
    const filters = { label: [`${LABELS.folder}=${folderId}`] };
    const found = await client.call((docker, signal) =>
      docker.listContainers({ all: true, filters, abortSignal: signal }),
    );
    const ids = new Set(found.map((container) => container.Id));
    for (const [id, container] of running) if (!ids.has(id)) await container.check();
    for (const { Id, Labels } of found) {
      if (running.has(Id) || beginning.has(Labels[LABELS.instance] ?? '')) continue;
      await remove(Id);
    }
  }

  function look(): Promise<void> {
    firstLook ??= resync().catch((error: unknown) => {
      firstLook = undefined;
      if (error instanceof DockerUnreachable) monitor.unreachable(error);
      else throw error;
    });
    return firstLook;
  }

  async function remove(id: string): Promise<void> {
    try {
      await client.call(
        (docker, signal) => docker.getContainer(id).remove({ force: true, v: true, abortSignal: signal }),
        30_000,
      );
    } catch (error) {
      // Gone or going; anything else is tried again at the next resync.
      if (statusOf(error) !== 404 && statusOf(error) !== 409)
        logger.warn({ id, error: messageOf(error) }, 'container not removed');
    }
  }

  async function start(request: StartRequest, signal: AbortSignal): Promise<StartOutcome> {
    const image = imageOf(request, runnerImage);
    if (image === undefined)
      return failed({ code: 'RUNTIME_MISMATCH', message: `server ${request.server.name} does not run in a container` });
    monitor.use();
    if (!options.used.get()) options.used.set();
    beginning.add(request.instanceId);
    let created: string | undefined;
    try {
      await monitor.ask();
      await look();
      const imageUser = await userOf(image, signal);
      const spec = containerSpec({ request, folderId, imageUser, runnerImage });
      if (signal.aborted) return aborted;
      const container = await client.call(
        (docker, abortSignal) => docker.createContainer({ ...spec, abortSignal }),
        60_000,
      );
      created = container.id;
      const attached = (await client.call((docker) =>
        docker
          .getContainer(container.id)
          .attach({ stream: true, hijack: true, stdin: true, stdout: true, stderr: true }),
      )) as Duplex;
      const child = tracked(container.id, request, attached);
      try {
        await client.call((docker, abortSignal) => docker.getContainer(container.id).start({ abortSignal }), 60_000);
      } catch (error) {
        running.delete(container.id);
        attached.destroy();
        throw error;
      }
      if (signal.aborted) {
        await child.stop();
        return aborted;
      }
      return { ok: true, process: child };
    } catch (error) {
      if (created !== undefined) await remove(created);
      if (error instanceof DockerUnreachable) {
        monitor.unreachable(error);
        return { ok: false, unreachable: true, failure: error.failure };
      }
      return failed(startFailure(error, image));
    } finally {
      beginning.delete(request.instanceId);
    }
  }

  function tracked(id: string, request: StartRequest, attached: Duplex): DockerContainer {
    const child = new DockerContainer({
      client,
      clock,
      id,
      memoryMiB: request.server.limits.memoryMiB,
      attached,
      graceMs: options.graceMs ?? 2_000,
      unreachable: (error) => monitor.unreachable(error),
      closing: closing.signal,
      gone: () => {
        running.delete(id);
        if (!closing.signal.aborted) void remove(id);
      },
    });
    running.set(id, child);
    return child;
  }

  /** The image's own user; pulls an image that is not there. */
  async function userOf(image: string, signal: AbortSignal): Promise<string> {
    const inspect = async (): Promise<string> =>
      (await client.call((docker) => docker.getImage(image).inspect())).Config.User;
    try {
      return await inspect();
    } catch (error) {
      if (statusOf(error) !== 404 || signal.aborted) throw error;
    }
    await pull(image, signal);
    return inspect();
  }

  async function pull(image: string, signal: AbortSignal): Promise<void> {
    try {
      await client.call(async (docker, abortSignal) => {
        const progress = await docker.pull(image, { abortSignal });
        await new Promise<void>((resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('stopped while pulling')), { once: true });
          docker.modem.followProgress(progress, (error) => (error === null ? resolve() : reject(error)));
        });
      }, PULL_MS);
    } catch (error) {
      if (error instanceof DockerUnreachable) throw error;
      throw new ImageUnavailable(messageOf(error).trim(), { cause: error });
    }
  }

  return {
    kind: 'docker',
    describe: (server) => {
      if (server.source.kind === 'image') return [server.source.image, ...server.source.command];
      return server.source.kind === 'package' ? [runnerImage, server.source.package, ...server.source.args] : [];
    },
    start,
    reap(keep) {
      if (keep.size > 0) return resync();
      if (!options.used.get()) return Promise.resolve();
      clock.after(
        FIRST_LOOK_MS,
        () => void look().catch((error: unknown) => logger.warn({ error: messageOf(error) }, 'first look failed')),
        { unref: true },
      );
      return Promise.resolve();
    },
    state: () => monitor.state(),
    onState: (listener: (state: RuntimeState) => void) => monitor.onState(listener),
    async close() {
      monitor.close();
      // Containers that cannot be asked now carry labels: the next engine removes them.
      const giveUp = clock.after(15_000, () => closing.abort(), { unref: true });
      const ids = [...running.keys()];
      await Promise.all([...running.values()].map((child) => child.stop()));
      closing.abort();
      giveUp.cancel();
      if (monitor.state().kind === 'ok') await Promise.all(ids.map(remove));
    },
  };
}

const aborted: StartOutcome = { ok: false, failure: { code: 'ABORTED', message: 'stopped before it was started' } };

function failed(failure: Failure): StartOutcome {
  return { ok: false, failure };
}

/** It is not here and could not be pulled. */
class ImageUnavailable extends Error {
  override readonly name = 'ImageUnavailable';
}

function startFailure(error: unknown, image: string): Failure {
  const message = messageOf(error).trim();
  if (error instanceof ImageUnavailable) {
    return { code: 'IMAGE_UNAVAILABLE', message: `image ${image}: ${message}`, hint: `docker pull ${image}` };
  }
  return {
    code: 'CONTAINER_START_FAILED',
    message: `container of ${image}: ${message}`,
    hint: 'check the command and the limits',
  };
}
