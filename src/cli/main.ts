/** The command line: every verb, its errors and exit codes. The console loads only when it is asked for. */
import process from 'node:process';
import { Command, CommanderError } from 'commander';
import { messageOf, toErrorJson } from '../errors.ts';
import { version } from '../version.ts';
import { systemContext, type Context } from './context.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { auditCommand } from './verbs/audit.ts';
import { createCommand } from './verbs/create.ts';
import { deleteCommand, logsCommand, probeCommand, wishCommands } from './verbs/control.ts';
import { daemonVerb } from './verbs/daemon.ts';
import { demoCommand } from './verbs/demo.ts';
import { describeCommand } from './verbs/describe.ts';
import { getCommand } from './verbs/get.ts';
import { infoCommand, versionCommand } from './verbs/info.ts';
import { proxyHelp } from './verbs/proxy-help.ts';
import { storeCommand } from './verbs/store.ts';

interface RootFlags {
  readonly daemon?: boolean;
  readonly readOnly?: boolean;
}

export function program(context: Context): Command {
  const root = new Command('mcptui')
    .description('Run, route and govern MCP servers for local agents.\nWithout a verb: the full-screen console.')
    .version(version, '-V, --version')
    .option('--daemon', 'run the engine headless; prints one line when ready, stops on TERM and INT')
    .option('--read-only', 'a console that changes nothing')
    .showSuggestionAfterError()
    .allowExcessArguments(false)
    .action(async (flags: RootFlags) => {
      if (flags.daemon === true) return daemonVerb(context);
      const { runConsoleVerb } = await import('./verbs/console.ts');
      return runConsoleVerb(context, flags);
    });
  root.addCommand(getCommand(context));
  root.addCommand(describeCommand(context));
  root.addCommand(createCommand(context));
  for (const command of wishCommands(context)) root.addCommand(command);
  root.addCommand(probeCommand(context));
  root.addCommand(logsCommand(context));
  root.addCommand(deleteCommand(context));
  root.addCommand(auditCommand(context));
  root.addCommand(storeCommand(context));
  root.addCommand(proxyHelp());
  root.addCommand(demoCommand(context));
  root.addCommand(infoCommand(context));
  root.addCommand(versionCommand(context));
  for (const command of [root, ...descendants(root)]) command.exitOverride().configureHelp({ helpWidth: 80 });
  return root;
}

function descendants(command: Command): readonly Command[] {
  return command.commands.flatMap((child) => [child, ...descendants(child)]);
}

/** Runs `argv` (without node and script) and returns the exit code; errors are told on stderr. */
export async function run(argv: readonly string[], context: Context): Promise<number> {
  try {
    await program(context).parseAsync([...argv], { from: 'user' });
    return typeof process.exitCode === 'number' ? process.exitCode : exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    tell(error, argv, context);
    return exitCodeOf(error);
  }
}

function tell(error: unknown, argv: readonly string[], context: Context): void {
  const json = toErrorJson(error);
  if (wantsJson(argv, context)) return context.note(JSON.stringify({ error: json }));
  context.note(`mcptui: ${json.message}${json.hint === undefined ? '' : `\n  → ${json.hint}`}`);
  if (json.code === 'bug') context.note(error instanceof Error ? (error.stack ?? messageOf(error)) : messageOf(error));
}

function wantsJson(argv: readonly string[], context: Context): boolean {
  const at = argv.findIndex((word) => word === '-o' || word === '--output');
  const format =
    at === -1 ? argv.find((word) => /^(-o|--output=)/.test(word))?.replace(/^(-o=?|--output=)/, '') : argv[at + 1];
  return (format ?? context.env.MCPTUI_OUTPUT ?? '').startsWith('json');
}

// A reader that went away (`mcptui get … | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.ok);
});

const code = await run(process.argv.slice(2), systemContext());
process.exitCode = code;
// Streams that nobody reads any more (an engine's socket) must not keep a finished verb alive.
process.exit();
