/** Judges what a container may be given of this machine: where each folder really is, and that it is nobody's private one. */
import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Failure } from '../../../store/schema/failure.ts';
import type { Mount } from '../../../store/schema/server.ts';
import type { StartRequest } from '../../ports.ts';

type MountFailure = Extract<Failure, { readonly kind: 'mount' }>;

export class MountRefused extends Error {
  override readonly name = 'MountRefused';
  readonly failure: MountFailure;

  constructor(failure: MountFailure) {
    super(`${failure.folder} cannot be mounted: ${failure.why}`);
    this.failure = failure;
  }
}

export interface MountRules {
  /** The container engine is on this machine. */
  readonly isHere: boolean;
  /** Folders and sockets of mcptui itself. */
  readonly own: readonly string[];
  /** `MCPTUI_MOUNTS`, with colons between: what may be mounted besides. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Whoever has one of these has the machine. */
const SYSTEM = ['/proc', '/sys', '/dev', '/boot', '/etc', '/run', '/var/run', '/var/lib/docker', '/root/.ssh'];

/** The mounts by the paths that their sources lead to: a link that is changed later changes nothing. @throws MountRefused */
export async function judgedMounts(
  { server: { source } }: Pick<StartRequest, 'server'>,
  rules: MountRules,
): Promise<readonly Mount[]> {
  const wanted = source.kind === 'image' ? (source.mounts ?? []) : [];
  if (wanted.length === 0) return [];
  const refused = (folder: string, why: MountFailure['why'], real?: string): MountRefused =>
    new MountRefused({ kind: 'mount', folder, why, ...(real === undefined ? {} : { real }) });
  const own = await Promise.all([...rules.own, ...SYSTEM].map(realOrSame));
  const allowed = await allowedIn(rules.env);
  return Promise.all(
    wanted.map(async (mount) => {
      const { source: folder } = mount;
      if (!rules.isHere) throw refused(folder, 'elsewhere');
      const real = await realpath(folder).catch(() => undefined);
      if (real === undefined) throw refused(folder, 'absent');
      if (own.some((one) => isWithin(real, one) || isWithin(one, real))) throw refused(folder, 'private', real);
      if (!allowed(real)) throw refused(folder, 'not-allowed', real);
      return { ...mount, source: real };
    }),
  );
}

/** Below the home folder, but in no hidden folder of it (`.ssh`, `.aws` …), and what the operator names. */
async function allowedIn(env: MountRules['env']): Promise<(real: string) => boolean> {
  const home = await realOrSame(env['HOME'] ?? homedir());
  const named = (env['MCPTUI_MOUNTS'] ?? '').split(':').filter((one) => path.isAbsolute(one));
  const others = await Promise.all(named.map(realOrSame));
  return (real) => {
    if (others.some((one) => isWithin(real, one))) return true;
    const below = path.relative(home, real);
    return below !== '' && isWithin(real, home) && !below.startsWith('.');
  };
}

async function realOrSame(at: string): Promise<string> {
  return realpath(at).catch(() => path.resolve(at));
}

/** `at` is `folder`, or is in it. */
function isWithin(at: string, folder: string): boolean {
  const below = path.relative(folder, at);
  return below === '' || (below !== '..' && !below.startsWith(`..${path.sep}`) && !path.isAbsolute(below));
}
