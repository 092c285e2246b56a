/** Runs `start`, `stop`, `restart`, `retry`, `probe`, `logs` and `delete`: one instance or all of a server. */
import { Command } from 'commander';
import { sleep } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { EngineCommands, LogLine } from '../../engine/index.ts';
import { clean } from '../../text/clean.ts';
import { confirmName } from '../confirm-name.ts';
import { addContentDeletion } from '../content/delete.ts';
import type { Context } from '../context.ts';
import { withEngine, withRunningEngine } from '../with-engine.ts';
import { exitCodes } from '../exit-codes.ts';
import { addSecretDeletion } from './secret.ts';
import { addTokenDeletion } from './token.ts';

type DesiredState = 'start' | 'stop' | 'restart' | 'retry' | 'hold';

const verbs: Readonly<
  Record<DesiredState, { readonly description: string; readonly said: string; readonly needsEngine: boolean }>
> = {
  start: { description: 'start a stopped instance or server', said: 'starting', needsEngine: false },
  stop: {
    description: 'stop an instance or server; it stays stopped until start',
    said: 'stopping',
    needsEngine: false,
  },
  restart: { description: 'stop and start again', said: 'restarting', needsEngine: true },
  retry: { description: 'retry a failed instance now, without waiting', said: 'retrying', needsEngine: true },
  hold: {
    description: 'no more retries of a failed instance until retry or start',
    said: 'holding',
    needsEngine: false,
  },
};

export function controlCommands(context: Context): readonly Command[] {
  return (Object.keys(verbs) as DesiredState[]).map((desired) => {
    const { description, said, needsEngine } = verbs[desired];
    const command = new Command(desired).description(description).argument('<name>', 'instance or server');
    if (desired === 'restart')
      command
        .option('--new-image', 'with the image that its name means now, if it has changed')
        .option('--in-turn', 'one after the other, each when its calls have ended');
    return command.action(async (name: string, flags: { readonly newImage?: boolean; readonly inTurn?: boolean }) => {
      if (desired === 'restart') await withRunningEngine(context, (engine) => engine.commands.restart(name, flags));
      else if (needsEngine) await withRunningEngine(context, (engine) => engine.commands[desired](name));
      else {
        await withEngine(context, async (engine, live) => {
          await engine.commands[desired](name);
          if (!live) context.note('no engine is running: recorded for its next start');
        });
      }
      context.print(`${said} ${name}`);
    });
  });
}

export function probeCommand(context: Context): Command {
  return new Command('probe')
    .description('probe a running instance now; exit 5 when it fails')
    .argument('<name>', 'instance, or server with one instance')
    .action(async (name: string) => {
      const report = await withRunningEngine(context, (engine) => engine.commands.probe(name));
      const ms = `${Math.round(report.durationMs)} ms`;
      if (report.ok) return context.print(`${name} ok: ${report.target} in ${ms}`);
      context.print(`${name} failed: ${report.target} after ${ms}: ${clean(report.error ?? 'no reason given')}`);
      process.exitCode = exitCodes.unhealthy;
    });
}

const FOLLOW_MS = 500;

export function logsCommand(context: Context): Command {
  return new Command('logs')
    .description("an instance's stderr, what was not JSON-RPC on its stdout, and where its runs start and end")
    .argument('<name>', 'instance, or server with one instance')
    .option('-n, --lines <n>', 'newest lines', '200')
    .option('-f, --follow', 'go on until ctrl-c')
    .action(async (name: string, flags: { readonly lines: string; readonly follow?: boolean }) => {
      await withEngine(context, async (engine) => {
        const lines = Number(flags.lines);
        if (!Number.isInteger(lines) || lines < 1)
          throw new McptuiError('invalid', `--lines ${flags.lines} is not a whole number from 1`);
        let shown = await newestLines(engine.commands, name, lines);
        for (const line of shown) context.print(logText(line));
        while (flags.follow === true) {
          await sleep(context.clock, FOLLOW_MS);
          const next = await engine.commands.logs(name, { lines: 1_000 });
          for (const line of newerThan(next, shown.at(-1))) context.print(logText(line));
          shown = next;
        }
      });
    });
}

/** As many as one answer holds. */
const PAGE_LINES = 5_000;

/** Page by page, into the files of the log where memory holds no more. */
async function newestLines(commands: EngineCommands, name: string, count: number): Promise<readonly LogLine[]> {
  const pages = [await commands.logs(name, { lines: Math.min(count, PAGE_LINES) })];
  for (let left = count - (pages[0]?.length ?? 0); left > 0;) {
    const before = pages.at(-1)?.[0]?.n;
    if (before === undefined) break;
    const older = await commands.logs(name, { lines: Math.min(left, PAGE_LINES), before });
    if (older.length === 0) break;
    pages.push(older);
    left -= older.length;
  }
  return pages.reverse().flat();
}

/** Lines after the last one shown; an engine that has restarted counts anew. */
function newerThan(next: readonly LogLine[], last: LogLine | undefined): readonly LogLine[] {
  const newest = next.at(-1);
  if (last === undefined || newest === undefined) return next;
  return next.filter((line) => (newest.n < last.n ? line.at > last.at : line.n > last.n));
}

function logText(line: LogLine): string {
  return `${new Date(line.at).toISOString()} ${line.stream.padEnd(6)} ${clean(line.text)}`;
}

export function deleteCommand(context: Context): Command {
  const command = new Command('delete').description('remove something for good; what has revisions can be restored');
  command
    .command('server')
    .description('stop its instances and forget it')
    .argument('<name>')
    .option('--yes', 'do not ask')
    .action(async (name: string, flags: { readonly yes?: boolean }) => {
      await confirmName(context, `server ${name}`, name, flags.yes === true);
      await withEngine(context, (engine) => engine.commands.deleteServer(name));
      context.print(`server ${name} deleted`);
    });
  addSecretDeletion(command, context);
  addTokenDeletion(command, context);
  addContentDeletion(command, context);
  return command;
}
