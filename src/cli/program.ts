/** Every verb. Importing it has no effects; `main.ts` runs it. */
import { Command } from 'commander';
import { version } from '../version.ts';
import type { Context } from './context.ts';
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
