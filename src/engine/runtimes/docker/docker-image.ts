/** Reads what an image says of itself, and what is in it as far as a start needs to know. */
import type { Readable } from 'node:stream';
import type { ContainerCreateOptions } from 'dockerode';
import { messageOf } from '../../../kernel/errors.ts';
import { LABELS } from './labels.ts';
import { createContainer, DockerUnreachable, statusOf, type DockerClient } from './docker-client.ts';
import type { RegistryCredentials } from './registry-credentials.ts';
import { SHELL } from './secret-entry.ts';

export interface ImageFacts {
  /** `sha256:…` of its configuration: names one image and no other. */
  readonly id: string;
  /** As a registry names it, when it came from one. */
  readonly digest: string | undefined;
  readonly user: string;
  readonly command: { readonly entrypoint: readonly string[]; readonly arguments: readonly string[] };
  readonly volumes: readonly string[];
}

/** What only a look inside tells. */
export interface ImageInside {
  readonly hasShell: boolean;
  readonly passwd: string;
}

const PULL_MS = 10 * 60_000;
const MAX_PASSWD_BYTES = 1024 * 1024;
const TAR_BLOCK = 512;

/** It is not here and could not be pulled. */
export class ImageUnavailable extends Error {
  override readonly name = 'ImageUnavailable';
}

export class DockerImages {
  readonly #client: DockerClient;
  readonly #folderId: string;
  readonly #inside = new Map<string, ImageInside>();
  readonly #credentials: (image: string) => Promise<RegistryCredentials | undefined>;

  /** `credentials`: of the registry that an image comes from. */
  constructor(
    client: DockerClient,
    folderId: string,
    credentials: (image: string) => Promise<RegistryCredentials | undefined> = () => Promise.resolve(undefined),
  ) {
    this.#client = client;
    this.#folderId = folderId;
    this.#credentials = credentials;
  }

  /** Pulls what the name means now; what is here already is good enough where that fails. @throws as `facts` does */
  async refresh(name: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#pull(name, signal);
    } catch (error) {
      if (!(error instanceof ImageUnavailable) || (await this.find(name, signal)) === undefined) throw error;
    }
  }

  /** Pulls an image that is not there. @throws ImageUnavailable; DockerUnreachable */
  async facts(name: string, signal: AbortSignal, pull: 'missing' | 'never' = 'missing'): Promise<ImageFacts> {
    const there = await this.find(name, signal);
    if (there !== undefined) return there;
    if (pull === 'never') throw new ImageUnavailable('it is not here, and its server says --pull never');
    await this.#pull(name, signal);
    const pulled = await this.find(name, signal);
    if (pulled === undefined) throw new ImageUnavailable('it is not there after the pull');
    return pulled;
  }

  /** Undefined when it is not here. */
  async find(name: string, signal: AbortSignal): Promise<ImageFacts | undefined> {
    try {
      return factsOf(await this.#client.call((docker) => docker.getImage(name).inspect(), { signal }));
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }

  /** By a container that never starts. */
  async inside({ id }: ImageFacts, signal: AbortSignal): Promise<ImageInside> {
    const known = this.#inside.get(id);
    if (known !== undefined) return known;
    const container = await this.#client.call(
      (docker, abortSignal) => createContainer(docker, lookSpec(id, this.#folderId), abortSignal),
      { ms: 60_000, signal },
    );
    try {
      const hasShell = await this.#client.call(
        (docker, abortSignal) =>
          docker
            .getContainer(container.id)
            .infoArchive({ path: SHELL, abortSignal })
            .then(
              () => true,
              (error: unknown) => {
                if (statusOf(error) === 404) return false;
                throw error;
              },
            ),
        { signal },
      );
      const passwd = await this.#passwdOf(container.id, signal);
      const inside = { hasShell, passwd };
      this.#inside.set(id, inside);
      return inside;
    } finally {
      await this.#client
        .call((docker, abortSignal) => docker.getContainer(container.id).remove({ force: true, v: true, abortSignal }))
        .catch(() => undefined);
    }
  }

  async #passwdOf(containerId: string, signal: AbortSignal): Promise<string> {
    try {
      return await this.#client.call(
        async (docker, abortSignal) => {
          const archive = await docker.getContainer(containerId).getArchive({ path: '/etc/passwd', abortSignal });
          return firstFile(await bytesOf(archive as Readable));
        },
        { signal },
      );
    } catch (error) {
      if (statusOf(error) === 404) return '';
      throw error;
    }
  }

  async #pull(image: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#client.call(
        async (docker, abortSignal) => {
          const authconfig = await this.#credentials(image);
          const progress = await docker.pull(image, {
            abortSignal,
            ...(authconfig === undefined ? {} : { authconfig }),
          });
          await new Promise<void>((resolve, reject) => {
            docker.modem.followProgress(progress, (error) => (error === null ? resolve() : reject(error)));
          });
        },
        { ms: PULL_MS, signal },
      );
    } catch (error) {
      if (error instanceof DockerUnreachable || signal.aborted) throw error;
      throw new ImageUnavailable(messageOf(error).trim(), { cause: error });
    }
  }
}

/** The engine is trusted, but what stands on its socket may be another program. */
interface Inspected {
  readonly Id?: string;
  readonly RepoDigests?: readonly string[] | null;
  readonly Config?: {
    readonly User?: string;
    readonly Entrypoint?: string | readonly string[] | null | undefined;
    readonly Cmd?: readonly string[] | null;
    readonly Volumes?: Readonly<Record<string, unknown>> | null;
  } | null;
}

function factsOf(found: Inspected): ImageFacts {
  if (typeof found.Id !== 'string') throw new Error('the container engine answered without an image');
  const { User = '', Entrypoint, Cmd, Volumes } = found.Config ?? {};
  const entrypoint = typeof Entrypoint === 'string' ? [SHELL, '-c', Entrypoint] : [...(Entrypoint ?? [])];
  return {
    id: found.Id,
    digest: found.RepoDigests?.[0],
    user: User,
    command: { entrypoint, arguments: [...(Cmd ?? [])] },
    volumes: Object.keys(Volumes ?? {}),
  };
}

function lookSpec(image: string, folderId: string): ContainerCreateOptions {
  return {
    Image: image,
    Entrypoint: [SHELL],
    Labels: { [LABELS.look]: folderId },
    NetworkDisabled: true,
    HostConfig: { NetworkMode: 'none', LogConfig: { Type: 'none', Config: {} } },
  };
}

async function bytesOf(stream: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    parts.push(part);
    bytes += part.length;
    if (bytes > MAX_PASSWD_BYTES) break;
  }
  return Buffer.concat(parts);
}

/** The text of the first file of a tar; empty when its first entry is none (a link). */
function firstFile(tar: Buffer): string {
  if (tar.length < TAR_BLOCK || (tar[156] !== 0 && tar[156] !== 0x30)) return '';
  const size = Number.parseInt(tar.toString('latin1', 124, 136), 8);
  return Number.isInteger(size) ? tar.toString('utf8', TAR_BLOCK, TAR_BLOCK + size) : '';
}
