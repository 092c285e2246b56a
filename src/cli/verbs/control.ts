/** Runs `start`, `stop`, `restart`, `retry`, `probe` and `delete`: one instance or all of a server. */
import { timeWords } from '../../kernel/time-words.ts';
import { Command } from 'commander';
import { clean } from '../../text/clean.ts';
import { confirmName } from '../confirm-name.ts';
import { addContentDeletion } from '../content/delete.ts';
import type { Context } from '../context.ts';
import { withEngine, withRunningEngine } from '../with-engine.ts';
import { exitCodes } from '../exit-codes.ts';
import { addBackendDeletion } from './backend.ts';
import { addSecretDeletion } from './secret.ts';
import { addModelDeletion } from './model.ts';
import { addBindingDeletion, addRoleDeletion } from './role.ts';
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
      const time = timeWords(report.durationMs);
      if (report.ok) return context.print(`${name} ok: ${report.target} in ${time}`);
      context.print(`${name} failed: ${report.target} after ${time}: ${clean(report.error ?? 'no reason given')}`);
      process.exitCode = exitCodes.unhealthy;
    });
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
  addBackendDeletion(command, context);
  addTokenDeletion(command, context);
  addModelDeletion(command, context);
  addRoleDeletion(command, context);
  addBindingDeletion(command, context);
  addContentDeletion(command, context);
  return command;
}
