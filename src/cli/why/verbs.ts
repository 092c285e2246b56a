/** Declares `why`; what finds out is loaded when it is run. */
import { Command } from 'commander';
import type { Context } from '../context.ts';
import { outputOption } from '../output.ts';
import type { WhyFlags, WhyKind } from './why.ts';

const KINDS: readonly (readonly [kind: WhyKind, argument: string, about: string])[] = [
  ['server', '<name>', 'whether agents reach it; of each instance the wish, what failed, and the next try'],
  ['instance', '<name>', 'its wish, what failed and what that needs, and when it is tried again'],
  ['tool', '<name>', 'whether agents have it, and what keeps it from them: server, name, rights, gate'],
  ['prompt', '<name>', 'who reads it, and what keeps it from others'],
  ['proposal', '<id>', 'its state, its signatures, and who decided'],
];

export function whyCommand(context: Context): Command {
  const why = new Command('why')
    .description('why something is as it is: the chain of facts that led to it')
    .argument('[name]', 'of a server, an instance, a tool, a prompt, a proposal or a session')
    .addOption(outputOption())
    .action(async (name: string | undefined, flags: WhyFlags) => {
      if (name === undefined) return why.help({ error: true });
      await (await import('./why.ts')).runWhyAny(context, name, flags);
    });
  for (const [kind, argument, about] of KINDS) {
    const verb = why.command(kind).description(about).argument(argument).addOption(outputOption());
    if (kind === 'proposal') verb.alias('approval');
    if (kind === 'tool') {
      verb
        .option('--agent <name>', 'for this agent: its rights as well')
        .option('-p, --project <name>', 'for agents of this project');
    }
    verb.action(async (name: string, _flags: WhyFlags, command: Command) =>
      (await import('./why.ts')).runWhy(context, kind, name, command.optsWithGlobals()),
    );
  }
  why
    .command('session')
    .description('what opened its gate, what it asked for, and what was chosen')
    .argument('<id>')
    .addOption(outputOption())
    .action(async (id: string, _flags: WhyFlags, command: Command) =>
      (await import('./why.ts')).runWhySession(context, id, command.optsWithGlobals()),
    );
  return why;
}
