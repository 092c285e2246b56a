/** Runs servers in containers. What runs is known by labels and asked afresh; the engine's events only hurry the asking. */
import { setMaxListeners } from 'node:events';
import type { Duplex } from 'node:stream';
import type Dockerode from 'dockerode';
import type { Clock } from '../../../kernel/clock.ts';
import { messageOf } from '../../../kernel/errors.ts';
import { cutText } from '../../../kernel/foreign.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { Failure } from '../../../store/schema/failure.ts';
import { unawaited } from '../../../kernel/unawaited.ts';
import type { RunningImage, Runtime, StartOutcome, StartRequest } from '../../ports.ts';
import type { RuntimeState } from '../../ports.ts';
import { ImageChanged, imageToRun, type ChosenImage } from './chosen-image.ts';
import { containerName, containerSpec, imageOf } from './container-spec.ts';
import { LABELS } from './labels.ts';
import { containerUser, isNamed } from './container-user.ts';
import { createContainer, DockerClient, DockerUnreachable, otherService, statusOf } from './docker-client.ts';
import { DockerContainer } from './docker-container.ts';
import { DockerImages, ImageUnavailable, type ImageFacts } from './docker-image.ts';
import { DockerMonitor } from './docker-monitor.ts';
import { deliveryOf, isNotShared, Undelivered } from './secret-delivery.ts';
import { fileNames, secretLine, secretsOf } from './secret-entry.ts';
import { SecretFiles } from './secret-files.ts';
import { judgedMounts, MountRefused } from './mounts.ts';
import { credentialsFor } from './registry-credentials.ts';
import { unlessAborted } from './unless-aborted.ts';

export interface DockerRuntimeOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Tells this data folder's containers from those of others. */
  readonly folderId: string;
  /** How an earlier version named the folder: its containers are removed at the first look. */
  readonly formerFolderId?: string;
  /** Whether an engine on this folder has ever started a container: one that has not never loads dockerode. */
  readonly used: { get(): boolean; set(): void };
  /** DOCKER_HOST and MCPTUI_RUNNER_IMAGE are read. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Never mounted, nor what holds them: the engine's sockets, its data and its keys. */
  readonly ownFolders?: readonly string[];
  /** Between EOF and TERM, and between TERM and KILL. Default 2,000. */
  readonly graceMs?: number;
}

const DEFAULT_RUNNER = 'node:24-slim';
const CREATE_MS = 60_000;
const REMOVE_MS = 30_000;
/** A fresh engine looks for leftovers after this, or at its first start of a container: not while it starts itself. */
const FIRST_LOOK_MS = 1_000;

export function dockerRuntime(options: DockerRuntimeOptions): Runtime {
  const { clock, logger, folderId, env } = options;
  const client = new DockerClient(clock, env);
  const graces = { eofMs: options.graceMs ?? 2_000, termMs: options.graceMs ?? 2_000 };
  const images = new DockerImages(client, folderId, (image) => credentialsFor(image, env));
  const files = new SecretFiles({ folderId, env });
  const runnerImage = env.MCPTUI_RUNNER_IMAGE ?? DEFAULT_RUNNER;
  const running = new Map<string, DockerContainer>();
  /** Instances between create and `running`, with their generation: its container is no orphan either. */
  const beginning = new Map<string, number>();
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const monitor = new DockerMonitor({ client, clock, folderId, resync, hint: (id) => void running.get(id)?.check() });
  let firstLook: Promise<void> | undefined;

  /** Removes what carries our label and is not ours now, and has what is ours but not there looked at. */
  async function resync(): Promise<void> {
    const found = await labelled([`${LABELS.folder}=${folderId}`]);
    const ids = new Set(found.map((container) => container.Id));
    for (const [id, container] of running) if (!ids.has(id)) await container.check();
    for (const { Id, Labels } of found) {
      const isBeginning = String(beginning.get(Labels[LABELS.instance] ?? '')) === Labels[LABELS.generation];
      if (!running.has(Id) && !isBeginning) await remove(Id);
    }
  }

  /** @throws as `call` does; a container engine always has a list */
  async function labelled(label: string[], signal?: AbortSignal): Promise<readonly Dockerode.ContainerInfo[]> {
    try {
      return await client.call(
        (docker, abortSignal) => docker.listContainers({ all: true, filters: { label }, abortSignal }),
        signal === undefined ? {} : { signal },
      );
    } catch (error) {
      throw statusOf(error) === 404 ? otherService(client, 'HTTP 404 to GET /containers/json') : error;
    }
  }

  function look(): Promise<void> {
    firstLook ??= lookFirst().catch((error: unknown) => {
      firstLook = undefined;
      if (error instanceof DockerUnreachable) monitor.unreachable(error);
      else throw error;
    });
    return firstLook;
  }

  /** Also what an engine left that died while it looked into an image, or that named the folder otherwise. */
  async function lookFirst(): Promise<void> {
    await resync();
    await files.sweep();
    for (const { Id } of await labelled([`${LABELS.look}=${folderId}`])) await remove(Id);
    if (options.formerFolderId === undefined) return;
    for (const { Id } of await labelled([`${LABELS.folder}=${options.formerFolderId}`])) await remove(Id);
  }

  /** A container of an earlier generation that still runs: two of one instance never run together. @throws as `call` does */
  async function removeEarlier({ instanceId }: StartRequest, signal: AbortSignal): Promise<void> {
    const found = await labelled([`${LABELS.folder}=${folderId}`, `${LABELS.instance}=${instanceId}`], signal);
    for (const { Id } of found) {
      if (!running.has(Id)) await removeNow(Id, signal);
    }
  }

  /** @throws as `call` does, unless it is gone or going */
  async function removeNow(id: string, signal?: AbortSignal): Promise<void> {
    try {
      const options = { ms: REMOVE_MS, ...(signal === undefined ? {} : { signal }) };
      await client.call(
        (docker, abortSignal) => docker.getContainer(id).remove({ force: true, v: true, abortSignal }),
        options,
      );
    } catch (error) {
      if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
    }
  }

  async function remove(id: string): Promise<void> {
    try {
      await removeNow(id);
    } catch (error) {
      // Tried again at the next resync.
      logger.warn({ id, error: messageOf(error) }, 'container not removed');
    }
  }

  async function start(request: StartRequest, attempt: AbortSignal): Promise<StartOutcome> {
    const name = imageOf(request, runnerImage);
    if (name === undefined)
      return failed({ kind: 'runtime-mismatch', runtime: 'docker', source: request.server.source.kind });
    monitor.use();
    if (!options.used.get()) options.used.set();
    const signal = AbortSignal.any([attempt, closing.signal]);
    beginning.set(request.instanceId, request.generation);
    try {
      await monitor.ask(signal);
      await unlessAborted(look(), signal);
      await removeEarlier(request, signal);
      const image = await imageToRun(images, request, name, signal);
      const child = await run(request, image, signal);
      if (!signal.aborted) return { ok: true, process: child };
      await child.stop();
      return aborted;
    } catch (error) {
      if (signal.aborted) return aborted;
      if (error instanceof DockerUnreachable) {
        monitor.unreachable(error);
        return { ok: false, failure: error.failure };
      }
      return failed(startFailure(error, name));
    } finally {
      beginning.delete(request.instanceId);
    }
  }

  /** @throws after it has removed what it made, or left that to the next look when the engine does not answer */
  async function run(request: StartRequest, image: ChosenImage, signal: AbortSignal): Promise<DockerContainer> {
    const facts = asDefined(request, image.facts);
    const mounts = await judgedMounts(request, { isHere: client.isHere, own: options.ownFolders ?? [], env });
    const secrets = secretsOf(request);
    const isHidden = Object.keys(secrets).length > 0;
    const inside = isHidden || isNamed(facts.user) ? await images.inside(facts, signal) : undefined;
    const container = containerName({ request, folderId });
    const to = { image: imageOf(request, runnerImage) ?? '', container, isHere: client.isHere };
    const hasShell = inside?.hasShell !== false;
    const { bound } = isHidden ? await deliveryOf(request, { ...to, hasShell }, files) : {};
    const spec = containerSpec({
      request,
      bound,
      mounts,
      folderId,
      image: facts,
      user: containerUser(facts.user, inside?.passwd ?? ''),
      ...(isHidden ? { hidden: new Set(Object.keys(secrets)) } : {}),
    });
    try {
      const { id } = await client.call((docker, abortSignal) => createContainer(docker, spec, abortSignal), {
        ms: CREATE_MS,
        signal,
      });
      const attached = (await client.call(
        (docker, abortSignal) =>
          docker
            .getContainer(id)
            .attach({ stream: true, hijack: true, stdin: true, stdout: true, stderr: true, abortSignal }),
        { signal },
      )) as Duplex;
      const over = (): Promise<void> => (bound === undefined ? Promise.resolve() : files.remove(container));
      const child = tracked(id, request, attached, { running: image.running, over });
      try {
        await client.call((docker, abortSignal) => docker.getContainer(id).start({ abortSignal }), {
          ms: CREATE_MS,
          signal,
        });
      } catch (error) {
        running.delete(id);
        attached.destroy();
        throw error;
      }
      if (isHidden && bound === undefined) attached.write(secretLine(secrets, fileNames(request.server.env)));
      return child;
    } catch (error) {
      // Also one whose creation was called off: it may be there all the same. Nobody waits for an engine that hangs.
      const removed = remove(spec.name);
      if (bound !== undefined) await files.remove(container);
      if (bound !== undefined && isNotShared(error)) throw new Undelivered(to.image, 'not-shared');
      if (!signal.aborted && !(error instanceof DockerUnreachable)) await removed;
      throw error;
    }
  }

  function tracked(
    id: string,
    request: StartRequest,
    attached: Duplex,
    { running: image, over }: { readonly running: RunningImage; readonly over: () => Promise<void> },
  ): DockerContainer {
    const child = new DockerContainer({
      client,
      clock,
      id,
      image,
      memoryMiB: request.server.limits.memoryMiB,
      attached,
      graces,
      unreachable: (error) => monitor.unreachable(error),
      closing: closing.signal,
      gone: () => {
        running.delete(id);
        unawaited(over());
        if (!closing.signal.aborted) unawaited(remove(id));
      },
    });
    running.set(id, child);
    return child;
  }

  return {
    kind: 'docker',
    describe: (server) => {
      if (server.source.kind === 'image') return [server.source.image, ...server.source.command];
      return server.source.kind === 'package' ? [runnerImage, server.source.package, ...server.source.args] : [];
    },
    wanted: () => monitor.use(),
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
      graces.eofMs /= 2;
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

/** The image with what its server says otherwise. */
function asDefined({ server: { source } }: StartRequest, facts: ImageFacts): ImageFacts {
  const user = source.kind === 'image' ? source.user : undefined;
  return user === undefined ? facts : { ...facts, user };
}

const aborted: StartOutcome = { ok: false, failure: { kind: 'aborted' } };

function failed(failure: Failure): StartOutcome {
  return { ok: false, failure };
}

function startFailure(error: unknown, image: string): Failure {
  if (error instanceof ImageChanged) return error.failure;
  if (error instanceof Undelivered || error instanceof MountRefused) return error.failure;
  const reason = cutText(messageOf(error).trim());
  return { kind: error instanceof ImageUnavailable ? 'image-unavailable' : 'container', image, reason };
}
