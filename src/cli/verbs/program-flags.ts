/** Reads which program to run out of flags and words: an image, a package or a command, and its environment. */
import path from 'node:path';
import { InvalidArgumentError } from 'commander';
import { defined } from '../../kernel/defined.ts';
import type { Mount } from '../../store/schema/server.ts';
import { mayBeAway } from '../../engine/runtimes/registry.ts';
import type { EnvEntry, ServerDraft, Source } from '../../engine/index.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { runsWhere } from './callers-folder.ts';
import { isTemplate, secretIn, secretRef } from './secret-text.ts';

type LocalRuntime = Exclude<ServerDraft['runtime'], 'remote'>;

export interface ProgramFlags {
  readonly image?: string;
  readonly package?: string;
  readonly runtime?: LocalRuntime;
  readonly cwd?: string;
  readonly entrypoint?: readonly string[];
  readonly user?: string;
  readonly pull?: 'missing' | 'never' | 'always';
  readonly mount?: readonly Mount[];
}

export interface Program {
  readonly source: Exclude<ServerDraft['source'], { readonly kind: 'url' }>;
  readonly runtime: LocalRuntime;
}

/** @throws McptuiError `invalid` for a folder that is not its to have */
export function programOf(command: readonly string[], flags: ProgramFlags): Program {
  if (flags.image !== undefined) {
    const { image, cwd, entrypoint, user, pull, mount: mounts } = flags;
    const own = defined({ cwd, entrypoint: entrypoint && [...entrypoint], user, pull, mounts: mounts && [...mounts] });
    return { source: { kind: 'image', image, command: [...command], ...own }, runtime: flags.runtime ?? 'docker' };
  }
  refuseImageFlags(flags);
  if (flags.package !== undefined) {
    const runtime = flags.runtime ?? 'process';
    const isContainer = mayBeAway(runtime);
    if (isContainer) refuseCwd(flags, 'a container');
    const cwd = isContainer ? {} : cwdOf(command, false, flags);
    return { source: { kind: 'package', package: flags.package, args: [...command], ...cwd }, runtime };
  }
  const cwd = cwdOf(command, true, flags);
  return { source: { kind: 'command', command: [...command], ...cwd }, runtime: flags.runtime ?? 'process' };
}

/** Where relative paths in its words mean the caller's folder. */
export function folderNote(source: ServerDraft['source'] | Source, { cwd }: ProgramFlags): string | undefined {
  if (cwd !== undefined || source.kind === 'image' || !('cwd' in source) || source.cwd === undefined) return undefined;
  return `relative paths in its arguments mean this folder: it runs in ${source.cwd}`;
}

function cwdOf(words: readonly string[], isCommand: boolean, flags: ProgramFlags): { readonly cwd?: string } {
  const { cwd } = runsWhere({ words, isCommand, cwd: flags.cwd }, process.cwd());
  return cwd === undefined ? {} : { cwd };
}

function refuseImageFlags(flags: ProgramFlags): void {
  const given = (['entrypoint', 'user', 'pull', 'mount'] as const).find((name) => flags[name] !== undefined);
  if (given !== undefined) throw new McptuiError('invalid', `--${given} goes with --image`);
}

/** `SRC:DST[:ro]`; a relative SRC is one of this folder. @throws InvalidArgumentError */
export function collectMount(text: string, previous: readonly Mount[] = []): readonly Mount[] {
  const [source = '', target = '', mode, ...rest] = text.split(':');
  if (source === '' || !target.startsWith('/') || (mode !== undefined && mode !== 'ro') || rest.length > 0) {
    throw new InvalidArgumentError('use SRC:DST or SRC:DST:ro, DST as an absolute path');
  }
  return [...previous, { source: path.resolve(source), target, readOnly: mode === 'ro' }];
}

export function collectWord(text: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, text];
}

export function refuseCwd({ cwd }: ProgramFlags, what: string): void {
  if (cwd !== undefined) throw new McptuiError('invalid', `--cwd is for commands and packages, not for ${what}`);
}

/** A secret that a container gets as a file. @throws InvalidArgumentError */
export function collectSecretFile(text: string, previous: readonly EnvEntry[]): readonly EnvEntry[] {
  const split = text.indexOf('=');
  if (split < 1) throw new InvalidArgumentError('use NAME=secret:BACKEND/PATH');
  return [...previous, { name: text.slice(0, split), secret: secretRef(text.slice(split + 1)), as: 'file' }];
}

export function collectEnv(text: string, previous: readonly EnvEntry[]): readonly EnvEntry[] {
  const split = text.indexOf('=');
  if (split < 1) throw new InvalidArgumentError('use K=V, K= or K=secret:BACKEND/PATH');
  const name = text.slice(0, split);
  const value = text.slice(split + 1);
  const secret = secretIn(value);
  if (secret !== undefined) return [...previous, { name, secret }];
  return [...previous, isTemplate(value) ? { name, template: value } : { name, value }];
}
