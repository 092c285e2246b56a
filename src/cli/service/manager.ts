/** Puts a service in its place and speaks to systemd or launchd. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { errnoOf, McptuiError } from '../../kernel/errors.ts';
import { launchdPlist, LABEL, systemdUnit, type ServiceOptions } from './unit.ts';

export type ManagerKind = 'systemd' | 'launchd';

export interface Manager {
  readonly kind: ManagerKind;
  /** Where the definition is. */
  readonly file: string;
  readonly text: string;
  /** What makes it start now and from now on. */
  readonly enable: readonly Command[];
  readonly disable: readonly Command[];
  /** Prints `active` or another word. */
  readonly state: Command;
}

export type Command = readonly [program: string, ...args: string[]];

const DEADLINE_MS = 30_000;

/** @throws McptuiError `invalid` where there is neither */
export function managerFor(options: ServiceOptions, env: Readonly<Record<string, string | undefined>>): Manager {
  if (process.platform === 'darwin') return launchd(options);
  if (process.platform === 'linux') return systemd(options, env);
  throw new McptuiError('invalid', `there is no service on ${process.platform} that mcptui knows`, {
    hint: 'run `mcptui --daemon` under the supervisor of the system, with MCPTUI_SUPERVISED=1',
  });
}

function systemd(options: ServiceOptions, env: Readonly<Record<string, string | undefined>>): Manager {
  const { isSystem } = options;
  const folder = isSystem
    ? '/etc/systemd/system'
    : path.join(env['XDG_CONFIG_HOME'] ?? path.join(homedir(), '.config'), 'systemd/user');
  const user = isSystem ? [] : ['--user'];
  const run = (...args: readonly string[]): Command => ['systemctl', ...user, ...args];
  return {
    kind: 'systemd',
    file: path.join(folder, 'mcptui.service'),
    text: systemdUnit(options),
    enable: [run('daemon-reload'), run('enable', '--now', 'mcptui.service')],
    disable: [run('disable', '--now', 'mcptui.service')],
    state: run('is-active', 'mcptui.service'),
  };
}

function launchd(options: ServiceOptions): Manager {
  if (options.isSystem) {
    throw new McptuiError('invalid', 'a launchd service is of one user: leave --system out');
  }
  const file = path.join(homedir(), 'Library/LaunchAgents', `${LABEL}.plist`);
  const domain = `gui/${process.getuid?.() ?? 0}`;
  return {
    kind: 'launchd',
    file,
    text: launchdPlist(options),
    enable: [['launchctl', 'bootstrap', domain, file]],
    disable: [['launchctl', 'bootout', `${domain}/${LABEL}`]],
    state: ['launchctl', 'print', `${domain}/${LABEL}`],
  };
}

/** Undefined = it is not installed. */
export async function installedText({ file }: Manager): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw cannot('read', file, error);
  }
}

export async function writeDefinition({ file, text }: Manager): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(`${file}.new`, text, { mode: 0o644 });
    await rename(`${file}.new`, file);
  } catch (error) {
    throw cannot('write', file, error);
  }
}

export async function removeDefinition({ file }: Manager): Promise<void> {
  try {
    await rm(file, { force: true });
  } catch (error) {
    throw cannot('remove', file, error);
  }
}

function cannot(what: string, file: string, error: unknown): McptuiError {
  const code = errnoOf(error) ?? '';
  return new McptuiError('unavailable', `cannot ${what} ${file}: ${code}`, {
    ...(code === 'EACCES' ? { hint: '--system needs root; without it the service is yours alone' } : {}),
    cause: error,
  });
}

/** What it printed; `code` other than 0 = it failed. */
export function ran([program, ...args]: Command): Promise<{ readonly code: number; readonly text: string }> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: DEADLINE_MS, encoding: 'utf8' }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127;
      resolve({ code, text: `${stdout}${stderr}`.trim() });
    });
  });
}
