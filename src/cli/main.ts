/** Runs the command line: its verb, its errors and its exit code. The console loads only when it is asked for. */
import process from 'node:process';
import { McptuiError, messageOf, toErrorJson } from '../kernel/errors.ts';
import { exitProcess } from '../kernel/exit.ts';
import { relativeSetting } from '../kernel/paths.ts';
import { cleanJson } from '../text/clean.ts';
import { faultText } from './config/load.ts';
import { systemContext, type Context } from './context.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { usageError, type CommanderError } from './usage-error.ts';

/** Runs `argv` (without node and script) and returns the exit code; errors are told on stderr. */
async function run(argv: readonly string[], context: Context): Promise<number> {
  try {
    await perform(argv, context);
    return typeof process.exitCode === 'number' ? process.exitCode : exitCodes.ok;
  } catch (error) {
    if (isCommanders(error)) {
      if (error.exitCode === 0) return exitCodes.ok;
      // Help that was asked for by leaving a verb out has been printed.
      if (!error.code.startsWith('commander.help')) {
        const { program } = await import('./program.ts');
        tell(usageError(error, argv, program(context)), argv, context);
      }
      return exitCodes.usage;
    }
    // A signature was added, and others are missing: as it was meant.
    if (error instanceof Error && error.name === 'StillWaiting') {
      context.print(error.message);
      return exitCodes.ok;
    }
    tell(error, argv, context);
    return exitCodeOf(error);
  }
}

/** Those that must start fast go straight to their work; everything else is commander's. */
async function perform(argv: readonly string[], context: Context): Promise<void> {
  const [first] = argv;
  const wrong = relativeSetting(context.env);
  if (wrong !== undefined) throw new McptuiError('invalid', wrong);
  tellFaults(argv, context);
  if (argv.length === 1 && first === '--daemon') return (await import('./verbs/daemon.ts')).daemonVerb(context, {});
  if (argv.length === 0) return (await import('./verbs/console.ts')).runConsoleVerb(context, {});
  const { program } = await import('./program.ts');
  await program(context).parseAsync([...argv], { from: 'user' });
}

/** Verbs go on without it; those of `config` say themselves what is wrong, and the console says it where it is seen. */
function tellFaults(argv: readonly string[], { config, note }: Context): void {
  const [first, ...others] = config.faults;
  if (first === undefined || argv.length === 0 || argv[0] === 'config') return;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  note(`mcptui: ${faultText(config.path, first)}${more}\n  → nothing in this file counts until: mcptui config edit`);
}

function isCommanders(error: unknown): error is CommanderError {
  return error instanceof Error && error.name === 'CommanderError';
}

function tell(error: unknown, argv: readonly string[], context: Context): void {
  const json = toErrorJson(error);
  if (wantsJson(argv, context)) return context.note(cleanJson(JSON.stringify({ error: json })));
  context.note(`mcptui: ${json.message}${json.hint === undefined ? '' : `\n  → ${json.hint}`}`);
  if (json.code === 'bug') context.note(error instanceof Error ? (error.stack ?? messageOf(error)) : messageOf(error));
}

/** The last word of a verb is not read as an option: what follows `--` is another program's. */
function wantsJson(all: readonly string[], context: Context): boolean {
  const end = all.indexOf('--');
  const argv = end === -1 ? all : all.slice(0, end);
  const at = argv.findIndex((word) => word === '-o' || word === '--output');
  const format =
    at === -1 ? argv.find((word) => /^(-o|--output=)/.test(word))?.replace(/^(-o=?|--output=)/, '') : argv[at + 1];
  return (format ?? context.env.MCPTUI_OUTPUT ?? '').startsWith('json');
}

/** Ends with what a stream could not take: a reader that went away (`mcptui get … | head`) is no error, a full disk is. */
function unwritten(error: NodeJS.ErrnoException): number {
  if (error.code === 'EPIPE') return exitCodes.ok;
  process.stderr.write(`mcptui: the output could not be written: ${messageOf(error)}\n`);
  return exitCodes.failure;
}

/** Once all that was printed has been taken; the error of a write that failed. */
function drained(stream: NodeJS.WriteStream): Promise<NodeJS.ErrnoException | undefined> {
  if (stream.errored !== null) return Promise.resolve(stream.errored as NodeJS.ErrnoException);
  if (stream.destroyed || stream.writableEnded) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    stream.once('error', resolve);
    stream.write('', (error) => resolve(error ?? undefined));
  });
}

// The environment holds secrets; a report that Node writes (a signal, no memory left) is read by others than its operator.
process.report.excludeEnv = true;
process.stdout.on('error', (error: NodeJS.ErrnoException) => exitProcess(unwritten(error)));
process.stderr.on('error', () => undefined);

const argv = process.argv.slice(2);
const code = await run(argv, systemContext());
const failed = await drained(process.stdout);
await drained(process.stderr);
// Streams that nobody reads any more (an engine's socket) must not keep a finished verb alive.
if (failed === undefined) exitProcess(code);
