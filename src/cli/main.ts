/** The command line's entry: runs the verb, tells its errors and exits with its code. The console loads only when it is asked for. */
import process from 'node:process';
import { messageOf, toErrorJson } from '../errors.ts';
import { leave } from '../exit.ts';
import { systemContext, type Context } from './context.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';

/** Runs `argv` (without node and script) and returns the exit code; errors are told on stderr. */
async function run(argv: readonly string[], context: Context): Promise<number> {
  try {
    await perform(argv, context);
    return typeof process.exitCode === 'number' ? process.exitCode : exitCodes.ok;
  } catch (error) {
    // commander has told its own errors already.
    if (error instanceof Error && 'exitCode' in error && error.name === 'CommanderError') {
      return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    }
    tell(error, argv, context);
    return exitCodeOf(error);
  }
}

/** The two that must start fast go straight to their work; everything else is commander's. */
async function perform(argv: readonly string[], context: Context): Promise<void> {
  const [first] = argv;
  if (argv.length === 1 && first === '--daemon')
    return (await import('./verbs/daemon.ts')).daemonVerb(context, undefined);
  if (argv.length === 0) return (await import('./verbs/console.ts')).runConsoleVerb(context, {});
  const { program } = await import('./program.ts');
  await program(context).parseAsync([...argv], { from: 'user' });
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
  if (error.code === 'EPIPE') leave(exitCodes.ok);
});

// Streams that nobody reads any more (an engine's socket) must not keep a finished verb alive.
leave(await run(process.argv.slice(2), systemContext()));
