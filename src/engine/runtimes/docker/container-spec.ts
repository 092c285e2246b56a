/** A definition → what the container engine is told. Hardened by default; nothing here mounts the engine's socket. */
import type { ContainerCreateOptions } from 'dockerode';
import type { StartRequest } from '../../ports.ts';
import { packageArgv } from '../argv.ts';

export const LABELS = {
  folder: 'io.mcptui.folder',
  instance: 'io.mcptui.instance',
  name: 'io.mcptui.name',
  generation: 'io.mcptui.generation',
} as const;

/** Nobody, for images that name no user or root. */
const NOBODY = '65534:65534';
const MIB = 1024 * 1024;

export interface SpecInput {
  readonly request: StartRequest;
  readonly folderId: string;
  /** As the image says; "" = root. */
  readonly imageUser: string;
  /** What a package runs in. */
  readonly runnerImage: string;
}

/** The image that a server needs; undefined when it runs in none. */
export function imageOf(request: StartRequest, runnerImage: string): string | undefined {
  const { source } = request.server;
  if (source.kind === 'image') return source.image;
  return source.kind === 'package' ? runnerImage : undefined;
}

export function containerName({ request, folderId }: Pick<SpecInput, 'request' | 'folderId'>): string {
  return `mcptui-${folderId.slice(0, 8)}-${request.instanceName}-g${request.generation}`;
}

export function containerSpec(input: SpecInput): ContainerCreateOptions & { readonly name: string } {
  const { request, folderId, imageUser, runnerImage } = input;
  const { server, env } = request;
  const { source, limits, network } = server;
  const command =
    source.kind === 'image'
      ? source.command
      : source.kind === 'package'
        ? packageArgv(source.package, source.args)
        : [];
  const memory = limits.memoryMiB * MIB;
  return {
    name: containerName(input),
    Image: imageOf(request, runnerImage) ?? '',
    ...(command.length === 0 ? {} : { Cmd: [...command] }),
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    User: isRoot(imageUser) ? NOBODY : imageUser,
    Labels: {
      [LABELS.folder]: folderId,
      [LABELS.instance]: request.instanceId,
      [LABELS.name]: request.instanceName,
      [LABELS.generation]: String(request.generation),
    },
    Tty: false,
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    NetworkDisabled: network === 'none',
    HostConfig: {
      Init: true,
      Privileged: false,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      Tmpfs: { '/tmp': 'rw,nosuid,nodev,size=64m,mode=1777' },
      NetworkMode: network,
      IpcMode: 'private',
      PidsLimit: limits.pids,
      Memory: memory,
      // No swap on top: the limit is the limit.
      MemorySwap: memory,
      ...(limits.cpus === 0 ? {} : { NanoCpus: Math.round(limits.cpus * 1e9) }),
      // One owner of restarts: the reconciler.
      RestartPolicy: { Name: 'no' },
      AutoRemove: false,
      // The default driver writes every MCP message, secrets included, to the host's disk.
      LogConfig: { Type: 'none', Config: {} },
    },
  };
}

function isRoot(user: string): boolean {
  const [name] = user.split(':');
  return name === '' || name === 'root' || name === '0' || name === undefined;
}
