/** Runs `admit session` and `describe session`: what a session sees of its project. */
import { Command } from 'commander';
import { defined } from '../../kernel/defined.ts';
import { noSuch } from '../../kernel/no-such.ts';
import type { Engine } from '../../engine/index.ts';
import type { Context } from '../context.ts';
import { withKeyFlags } from '../key-flags.ts';
import { outputOption, type Format } from '../output.ts';
import { printRecord } from '../print-record.ts';
import { withRunningEngine } from '../with-engine.ts';

export function admitCommand(context: Context): Command {
  const admit = new Command('admit').description('open a gate');
  withKeyFlags(
    admit.command('session').description('let it see all tools and prompts of its project').argument('<id>'),
  ).action((id: string) =>
    withRunningEngine(context, async ({ commands }) => {
      await commands.admitSession(id);
      context.print(`session ${id} sees all of its project`);
    }),
  );
  return admit;
}

export function addSessionDescription(describe: Command, context: Context): void {
  describe
    .command('session')
    .description('its client, its calls, and its gate')
    .argument('<id>')
    .addOption(outputOption())
    .action((id: string, flags: { readonly output: Format }) =>
      withRunningEngine(context, async (engine) =>
        printRecord(context, await describeSession(engine, id), flags.output),
      ),
    );
}

async function describeSession(engine: Engine, id: string): Promise<object> {
  const { sessions, endedSessions } = engine.view();
  const session = sessions.get(id) ?? endedSessions.get(id);
  if (session === undefined) throw noSuch('session', id, [...sessions.keys()], 'mcptui get sessions');
  const { decisions, savings, pages } = await engine.commands.sessionGate(id);
  return { ...session, ...(decisions.length === 0 ? {} : { decisions }), ...defined({ savings, pages }) };
}
