/** Turns a definition into what the container engine is told. Hardened by default; nothing here mounts the engine's socket. */
import type { ContainerCreateOptions, MountSettings } from 'dockerode';
import type { Mount, Source } from '../../../store/schema/server.ts';
import type { StartRequest } from '../../ports.ts';
import { packageArgv } from '../argv.ts';
import type { ImageFacts } from './docker-image.ts';
import { LABELS } from './labels.ts';
import { fileNames, fileVariables, secretEntry, secretsFolder, SECRETS_FOLDER } from './secret-entry.ts';

const MIB = 1024 * 1024;

export interface SpecInput {
  readonly request: StartRequest;
  readonly folderId: string;
  readonly image: ImageFacts;
  /** `UID` or `UID:GROUP`, not root. */
  readonly user: string;
  /** Variables that stand nowhere here, since the entry reads them from stdin; undefined = there are none such. */
  readonly hidden?: ReadonlySet<string>;
  /** Folder of this machine that holds them as files instead. */
  readonly bound?: string | undefined;
  /** As they were judged. */
  readonly mounts?: readonly Mount[];
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
  const { request, folderId, hidden, bound, image, user, mounts = [] } = input;
  const { server, env, port } = request;
  const { limits, network, source } = server;
  const command = commandOf(source);
  const files = fileNames(server.env);
  const memory = limits.memoryMiB * MIB;
  const { entrypoint, cwd } = ownOf(source);
  const given = command.length > 0 || entrypoint !== undefined ? command : image.command.arguments;
  const whole = [...(entrypoint ?? image.command.entrypoint), ...given];
  return {
    name: containerName(input),
    Image: image.id,
    ...(hidden !== undefined && bound === undefined
      ? secretEntry(whole)
      : {
          ...(entrypoint === undefined ? {} : { Entrypoint: [...entrypoint] }),
          ...(command.length === 0 ? {} : { Cmd: [...command] }),
        }),
    ...(cwd === undefined ? {} : { WorkingDir: cwd }),
    Env: [
      ...Object.entries(env).flatMap(([name, value]) => (hidden?.has(name) === true ? [] : [`${name}=${value}`])),
      ...fileVariables(files),
    ],
    User: user,
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
    ...(port === undefined ? {} : { ExposedPorts: { [`${port}/tcp`]: {} } }),
    HostConfig: {
      Init: true,
      Privileged: false,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      Tmpfs: {
        '/tmp': 'rw,nosuid,nodev,size=64m,mode=1777',
        ...(bound === undefined ? secretsFolder(files, user) : {}),
      },
      // In place of the image's own volumes, which would be folders of the host that anybody of the image may fill.
      Mounts: [
        ...image.volumes
          .filter((volume) => volume !== '/tmp' && !mounts.some(({ target }) => target === volume))
          .map(inMemory),
        ...mounts.map(bindOf),
        ...(bound === undefined ? [] : [readOnly(bound)]),
      ],
      NetworkMode: network,
      // This machine alone reaches it.
      ...(port === undefined
        ? {}
        : { PortBindings: { [`${port}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: String(port) }] } }),
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

function commandOf(source: Source): readonly string[] {
  if (source.kind === 'image') return source.command;
  return source.kind === 'package' ? packageArgv(source.package, source.args) : [];
}

/** What its definition says besides the image. */
function ownOf(source: Source): {
  readonly entrypoint?: readonly string[] | undefined;
  readonly cwd?: string | undefined;
} {
  return source.kind === 'image' ? source : {};
}

/** What is mounted later below it shows no devices and no privileges either: the container has none. */
function bindOf({ source, target, readOnly: isFixed }: Mount): MountSettings {
  return { Type: 'bind', Source: source, Target: target, ReadOnly: isFixed, BindOptions: { Propagation: 'rprivate' } };
}

function readOnly(folder: string): MountSettings {
  return { Type: 'bind', Source: folder, Target: SECRETS_FOLDER, ReadOnly: true };
}

function inMemory(volume: string): MountSettings {
  return { Type: 'tmpfs', Source: '', Target: volume, TmpfsOptions: { SizeBytes: 64 * MIB, Mode: 0o1777 } };
}
