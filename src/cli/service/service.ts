/** Runs `service install`, `status` and `uninstall`. */
import { fileURLToPath } from 'node:url';
import { McptuiError } from '../../kernel/errors.ts';
import { clean, cleanLines } from '../../text/clean.ts';
import { confirmed } from '../confirm-name.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { toJson, type Format } from '../output.ts';
import { engineIfRunning } from '../with-engine.ts';
import {
  installedText,
  managerFor,
  ran,
  removeDefinition,
  writeDefinition,
  type Command,
  type Manager,
} from './manager.ts';
import { serviceEnv } from './unit.ts';

export interface ServiceFlags {
  readonly system?: boolean;
  /** Flags of the daemon. */
  readonly words?: readonly string[];
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly output?: Format;
}

function manager(context: Context, { system, words = [] }: ServiceFlags): Manager {
  return managerFor(
    {
      isSystem: system === true,
      node: process.execPath,
      // This file is part of dist/; the program's entry is beside it.
      script: process.argv[1] ?? fileURLToPath(new URL('../bin/mcptui.js', import.meta.url)),
      flags: words,
      env: serviceEnv(context.env),
      stateDir: context.paths.stateDir,
    },
    context.env,
  );
}

export async function installService(context: Context, flags: ServiceFlags): Promise<void> {
  const own = manager(context, flags);
  context.print(`# ${own.file}`);
  context.print(own.text.trimEnd());
  if (flags.dryRun === true) return;
  if (!(await agreed(context, flags))) throw new McptuiError('invalid', 'nothing was installed');
  await writeDefinition(own);
  await all(context, own.enable, `${own.file} is written, but the service could not be started`);
  context.print(`service mcptui installed and started: ${own.file}`);
}

/** @throws McptuiError `invalid` without a terminal and --yes */
async function agreed(context: Context, { yes }: ServiceFlags): Promise<boolean> {
  if (yes === true) return true;
  if (!context.isTty) {
    throw new McptuiError('invalid', 'service install asks before it writes, and there is no terminal', {
      hint: '--yes installs it, --dry-run only shows it',
    });
  }
  return confirmed('install and start this? [y/N] ');
}

export async function uninstallService(context: Context, flags: ServiceFlags): Promise<void> {
  const own = manager(context, flags);
  if ((await installedText(own)) === undefined) {
    throw new McptuiError('not-found', `there is no service: ${own.file} does not exist`, {
      hint: flags.system === true ? 'without --system: that of this user' : '--system: that of the machine',
    });
  }
  const failed: string[] = [];
  for (const command of own.disable) {
    const { code, text } = await ran(command);
    if (code !== 0) failed.push(`${command.join(' ')}: ${clean(text.split('\n')[0] ?? '')}`);
  }
  await removeDefinition(own);
  context.print(`service mcptui removed: ${own.file}`);
  if (failed.length > 0) context.note(`mcptui: ${failed.join('; ')}\n  → if it still runs: mcptui daemon stop`);
}

export interface ServiceLook {
  readonly file: string;
  readonly installed: boolean;
  /** It differs from what would be installed now: another Node, another PATH. */
  readonly differs: boolean;
  /** `active`, or the manager's other word. */
  readonly state: string;
}

export async function lookAtService(context: Context, flags: ServiceFlags): Promise<ServiceLook> {
  const own = manager(context, flags);
  const { file } = own;
  const text = await installedText(own);
  if (text === undefined) return { file, installed: false, differs: false, state: 'not installed' };
  const { code, text: said } = await ran(own.state);
  const differs = text !== manager(context, { ...flags, words: flagsIn(text) }).text;
  const ofLaunchd = code === 0 ? 'active' : 'inactive';
  return {
    file,
    installed: true,
    differs,
    state: own.kind === 'launchd' ? ofLaunchd : clean(said.split('\n')[0] ?? ''),
  };
}

export async function serviceStatus(context: Context, flags: ServiceFlags): Promise<void> {
  const look = await lookAtService(context, flags);
  const engine = await engineIfRunning(context);
  const pid = engine?.view().info.pid;
  await engine?.close();
  const rows = { ...look, engine: pid === undefined ? 'not running' : `pid ${pid}` };
  if (flags.output === 'json' || flags.output === 'jsonl') context.print(toJson(rows, 2));
  else {
    for (const [name, value] of Object.entries(rows)) context.print(`${name.padEnd(10)}${String(value)}`);
    if (rows.differs) context.note('it is not what would be installed now\n  → mcptui service install');
  }
  if (rows.state !== 'active') process.exitCode = exitCodes.unhealthy;
}

/** Those of the daemon that a unit has; what they are was chosen when it was installed. */
function flagsIn(unit: string): readonly string[] {
  const line = unit.split('\n').find((one) => one.startsWith('ExecStart=')) ?? '';
  const [, flags] = line.split(' --daemon ', 2);
  return flags === undefined ? [] : flags.split(' ');
}

/** @throws McptuiError `unavailable` with what the manager said, and what to run by hand */
async function all(context: Context, commands: readonly Command[], what: string): Promise<void> {
  for (const command of commands) {
    const { code, text } = await ran(command);
    if (code === 0) continue;
    for (const line of cleanLines(text).slice(0, 5)) context.note(line);
    throw new McptuiError('unavailable', `${what}: ${command.join(' ')} exited with ${code}`, {
      hint: `by hand: ${commands.map((one) => one.join(' ')).join(' && ')}`,
    });
  }
}
