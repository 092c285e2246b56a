/** Runs `init`: folders, import, connect, completion and service, one after the other, each shown before it is done. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { connectionRows } from '../../clients/status.ts';
import { readOnlyError } from '../../engine/commands/read-only.ts';
import { McptuiError, toErrorJson } from '../../kernel/errors.ts';
import { userHome } from '../../kernel/user-home.ts';
import { privateFolder } from '../../store/files/private-folder.ts';
import { connectClient } from '../clients/connect.ts';
import { importFromClients } from '../clients/import.ts';
import { connectionsOf, machineOf } from '../clients/machine.ts';
import { isAgreed } from '../clients/preview.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { installService } from '../service/service.ts';
import { scriptFor } from '../verbs/completion.ts';
import { withEngine } from '../with-engine.ts';
import { completionPlace } from './completion-place.ts';

export interface InitFlags {
  readonly yes?: boolean;
  readonly folders: boolean;
  readonly import: boolean;
  readonly connect: boolean;
  readonly completion: boolean;
  readonly service: boolean;
}

type Step = Exclude<keyof InitFlags, 'yes'>;

const steps: readonly (readonly [Step, title: string, (context: Context, yes: boolean) => Promise<void>])[] = [
  ['folders', 'folders of config, data and logs, yours alone', makeFolders],
  ['import', "servers of agents' clients; their secrets go into the encrypted file", importServers],
  ['connect', "one entry in each client's file, which disconnect takes out again", connectClients],
  ['completion', 'completion in your shell', installCompletion],
  ['service', 'the daemon at login', (context, yes) => installService(context, { yes })],
];

/** @throws McptuiError `invalid` where nobody can be asked */
export async function runInit(context: Context, flags: InitFlags): Promise<void> {
  if (context.access.isReadOnly) throw readOnlyError();
  if (flags.yes !== true && !context.isTty) {
    throw new McptuiError('invalid', 'init asks before each step, and there is no terminal', {
      hint: '--yes does every step that is not left out, such as --no-service',
    });
  }
  const wanted = steps.filter(([step]) => flags[step]);
  context.note(`what init does, in ${wanted.length} steps:`);
  for (const [step, title] of wanted) context.note(`  ${step.padEnd(11)} ${title}`);
  for (const [step, , run] of wanted) {
    context.note(`\n${step}:`);
    await done(context, step, () => run(context, flags.yes === true));
  }
  context.note('\nnext: mcptui, or mcptui doctor when something is wrong');
}

/** One that fails keeps no other from being done. */
async function done(context: Context, step: Step, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const { code, message, hint } = toErrorJson(error);
    context.note(`${step}: ${message}${hint === undefined ? '' : `\n  → ${hint}`}`);
    // Nothing to import is none, and a service that was declined.
    const isFailure = code !== 'not-found' && !(step === 'service' && code === 'invalid');
    if (isFailure) process.exitCode = exitCodes.failure;
  }
}

async function makeFolders(context: Context, yes: boolean): Promise<void> {
  const { configDir, dataDir, stateDir, secretsDir } = context.paths;
  const folders = [configDir, dataDir, stateDir];
  for (const folder of folders) context.note(`  ${folder}`);
  context.note(`secrets are kept encrypted in ${secretsDir}; the key is made with the first one`);
  if (!(await isAgreed(context, 'make those that are missing', { yes }))) return;
  for (const folder of folders) {
    const made = await privateFolder(folder);
    context.print(made === undefined ? `${folder} is there` : `${folder} made`);
  }
}

async function importServers(context: Context, yes: boolean): Promise<void> {
  const flags = { server: [], project: 'default', output: 'table', yes } as const;
  await withEngine(context, (engine, live) => importFromClients(context, engine, live, undefined, flags));
}

async function connectClients(context: Context, yes: boolean): Promise<void> {
  const rows = await connectionRows(machineOf(context), connectionsOf(context));
  const free = rows.filter(({ state, scope }) => state === 'not connected' && scope === 'user');
  if (free.length === 0) return context.note('no client that could be connected was found');
  for (const { client } of free) {
    await done(context, 'connect', () => connectClient(context, client, { yes, output: 'table', headers: true }));
  }
}

async function installCompletion(context: Context, yes: boolean): Promise<void> {
  const place = completionPlace(context.env, userHome());
  if (place === undefined) return context.note('your shell is not known: mcptui completion --help');
  const { shell, file, also } = place;
  const text = `${await scriptFor(shell)}\n`;
  const there = await readFile(file, 'utf8').catch(() => undefined);
  if (there === text) return context.print(`${file} is there`);
  context.note(`  ${there === undefined ? 'writes' : 'replaces'} ${file}`);
  if (!(await isAgreed(context, `completion for ${shell}`, { yes }))) return;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  context.print(`${file} written`);
  if (also !== undefined) context.note(also);
}
