/** Lists every verb. Importing it has no effects; `main.ts` runs it. */
import { Command } from 'commander';
import { McptuiError } from '../kernel/errors.ts';
import { version } from '../kernel/version.ts';
import { doctorCommand } from './doctor/verbs.ts';
import { configCommand } from './config/verbs.ts';
import { documentCommands } from './documents/verbs.ts';
import { serviceCommands } from './service/verbs.ts';
import { explainCommand } from './explain/verb.ts';
import { callCommand } from './catalog/call.ts';
import { connectCommand, disconnectCommand } from './clients/connect.ts';
import { importCommand } from './clients/import-verb.ts';
import { searchCommand } from './clients/registry.ts';
import { exampleText } from './examples.ts';
import { editCommand } from './content/edit.ts';
import { proposalCommands } from './content/proposals.ts';
import { revisionCommands } from './content/revisions.ts';
import type { Context } from './context.ts';
import { duration } from './flag-values.ts';
import { initCommand } from './init/verbs.ts';
import { keepKeyFlags, type KeyFlags } from './key-flags.ts';
import { auditCommand } from './verbs/audit.ts';
import { authCommand } from './verbs/auth.ts';
import { completionCommand } from './verbs/completion.ts';
import { createCommand } from './verbs/create.ts';
import { deleteCommand, probeCommand, controlCommands } from './verbs/control.ts';
import { daemonVerb } from './verbs/daemon.ts';
import { demoCommand } from './verbs/demo.ts';
import { describeCommand } from './verbs/describe.ts';
import { getCommand } from './verbs/get.ts';
import { admitCommand } from './verbs/gate.ts';
import { infoCommand, versionCommand } from './verbs/info.ts';
import { logsCommand } from './verbs/logs.ts';
import { loginCommands } from './verbs/login.ts';
import { testCommand } from './verbs/model.ts';
import { operatorCommand } from './verbs/operator.ts';
import { rotateCommand } from './verbs/token.ts';
import { proxyHelp } from './verbs/proxy-help.ts';
import { scaleCommand, setCommand } from './verbs/set.ts';
import { shutdownCommand } from './verbs/shutdown.ts';
import { whyCommand } from './why/verbs.ts';
import { storeCommand } from './verbs/store.ts';

interface RootFlags {
  readonly daemon?: boolean;
  readonly listen?: string;
  readonly readOnly?: boolean;
  readonly auditRequired?: boolean;
  readonly passEnv?: string;
  readonly ascii?: boolean;
  readonly helpJson?: boolean;
  readonly helpMan?: boolean;
  readonly unlock?: number;
  readonly withKey?: string;
}

export function program(context: Context): Command {
  const root = new Command('mcptui')
    .description('Run, route and govern MCP servers for local agents.\nWithout a verb: the full-screen console.')
    .version(version, '-V, --version')
    .option('--daemon', 'run the engine headless; prints one line when ready, stops on TERM and INT')
    .option('--audit-required', 'with --daemon: refuse calls that could not be audited')
    .option('--listen <address>', 'with --daemon: on this loopback port too, such as 127.0.0.1:7777')
    .option('--pass-env <names>', 'with --daemon: variables that all servers get, such as HTTPS_PROXY,NO_PROXY')
    .option('--help-json', 'all verbs, options and examples as JSON, for programs')
    .option('--help-man', 'the man page: mcptui --help-man | man -l -')
    .option('--ascii', 'the console without characters that not every terminal shows')
    .option('--unlock <duration>', 'how long the console holds an opened key; 15m', duration)
    .option('--with-key <name>', 'the key that the console signs with, where there are several')
    .option('--read-only', 'change nothing: the console, and verbs behind it')
    .showSuggestionAfterError()
    .allowExcessArguments(false)
    .action(async (flags: RootFlags) => {
      if (flags.helpJson === true || flags.helpMan === true) return printHelp(context, root, flags);
      if (flags.daemon === true) return daemonVerb(context, flags);
      if (flags.auditRequired === true) throw new McptuiError('invalid', '--audit-required goes with --daemon');
      if (flags.passEnv !== undefined) {
        throw new McptuiError('invalid', '--pass-env goes with --daemon', {
          hint: 'for the console set MCPTUI_PASS_ENV',
        });
      }
      if (flags.listen !== undefined) throw new McptuiError('invalid', '--listen goes with --daemon');
      context.access.unlockMs = flags.unlock;
      context.access.key = flags.withKey;
      const { runConsoleVerb } = await import('./verbs/console.ts');
      return runConsoleVerb(
        flags.ascii === true ? { ...context, env: { ...context.env, MCPTUI_ASCII: '1' } } : context,
        {},
      );
    });
  root.hook('preAction', (_root, verb) => {
    if (root.opts<RootFlags>().readOnly === true) context.access.isReadOnly = true;
    keepKeyFlags(context, verb.opts<KeyFlags>());
  });
  const group = (title: string, commands: readonly Command[]): void => {
    root.commandsGroup(`${title}:`);
    for (const command of commands) root.addCommand(command);
  };
  group('Look', [
    getCommand(context),
    describeCommand(context),
    whyCommand(context),
    explainCommand(context),
    logsCommand(context),
    auditCommand(context),
    authCommand(context),
  ]);
  group('Change', [
    createCommand(context),
    editCommand(context),
    setCommand(context),
    scaleCommand(context),
    deleteCommand(context),
    rotateCommand(context),
    operatorCommand(context),
  ]);
  group('Documents', documentCommands(context));
  group('What agents are told', revisionCommands(context));
  group('Clients of agents', [
    importCommand(context),
    searchCommand(context),
    connectCommand(context),
    disconnectCommand(context),
  ]);
  group('Proposals', proposalCommands(context));
  group('Run', [
    ...controlCommands(context),
    probeCommand(context),
    testCommand(context),
    callCommand(context),
    admitCommand(context),
    ...loginCommands(context),
    proxyHelp(),
    shutdownCommand(context),
    demoCommand(context),
  ]);
  group('This installation', [
    initCommand(context),
    doctorCommand(context),
    ...serviceCommands(context),
    infoCommand(context),
    storeCommand(context),
    configCommand(context),
    completionCommand(context),
    versionCommand(context),
  ]);
  root.helpCommand('help [verb]', 'what a verb does, how it is typed, and examples');
  for (const [words, command] of [['', root] as const, ...verbsBelow(root)]) {
    command.exitOverride().configureHelp({ helpWidth: 80, subcommandTerm: (child) => termOf(child) });
    command.addHelpText('before', exampleText(words));
    // Errors are told once, by whoever runs the program.
    command.configureOutput({ outputError: () => undefined });
  }
  return root;
}

async function printHelp(context: Context, root: Command, { helpMan }: RootFlags): Promise<void> {
  const [{ helpTree }, { manPage }] = await Promise.all([import('./help/tree.ts'), import('./help/man.ts')]);
  const tree = helpTree(root);
  context.print(helpMan === true ? manPage(tree) : JSON.stringify(tree, null, 2));
}

/** Each verb below, with the words that it is called by. */
export function verbsBelow(command: Command, above: readonly string[] = []): readonly (readonly [string, Command])[] {
  return command.commands.flatMap((child) => {
    const words = [...above, child.name()];
    return [[words.join(' '), child] as const, ...verbsBelow(child, words)];
  });
}

/** Arguments and options are in the verb's own help. */
function termOf(command: Command): string {
  return [command.name(), ...command.aliases().slice(0, 1)].join('|');
}
