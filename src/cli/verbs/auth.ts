/** Runs `auth can-i|whoami|why`: who may do what, and why something was allowed or refused. */
import { Command, InvalidArgumentError } from 'commander';
import { nearest } from '../../kernel/nearest.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { accessKinds, accessVerbs, type AccessKind, type AccessVerb } from '../../store/schema/access.ts';
import { defined } from '../../kernel/defined.ts';
import type { Context } from '../context.ts';
import { wholeNumber } from '../flag-values.ts';
import { outputOption, type Format } from '../output.ts';
import { printRecord } from '../print-record.ts';
import { withEngine } from '../with-engine.ts';

export function authCommand(context: Context): Command {
  const auth = new Command('auth').description('who may do what, and why');
  auth
    .command('can-i')
    .description('exit code 0 for yes, 3 for no with who can grant it')
    .argument('<verb>', accessVerbs.join(', '), oneOf(accessVerbs))
    .argument('<kind>', 'server, prompt, project …', oneOf(accessKinds))
    .argument('[name]', 'of a tool SERVER/TOOL; default: any')
    .option('-p, --project <name>', 'in which project; default: in none')
    .option('--as <subject>', 'ask for user:NAME, service:NAME, agent:NAME, client:NAME')
    .addOption(outputOption())
    .action(async (verb: AccessVerb, kind: AccessKind, name: string | undefined, flags: CanFlags) => {
      const { project, as, output } = flags;
      const of = defined({ name, project, as });
      const report = await withEngine(context, (engine) => engine.commands.canI(verb, kind, of));
      if (output !== 'table') await printRecord(context, report, output);
      else if (report.allowed) context.print(`yes: ${report.because}`);
      if (report.allowed) return;
      throw new McptuiError('denied', `no: ${report.because}`, report.hint === undefined ? {} : { hint: report.hint });
    });
  auth
    .command('whoami')
    .description('who you are to the engine, and what is bound to you')
    .addOption(outputOption())
    .action(async ({ output }: { readonly output: Format }) => {
      const report = await withEngine(context, (engine) => engine.commands.whoAmI());
      await printRecord(context, report, output);
    });
  auth
    .command('why')
    .description('why what an audit event tells was allowed or refused')
    .argument('<event>', 'its number in mcptui audit', wholeNumber)
    .addOption(outputOption())
    .action(async (n: number, { output }: { readonly output: Format }) => {
      const report = await withEngine(context, (engine) => engine.commands.whyEvent(n));
      if (output !== 'table') return printRecord(context, report, output);
      const { event, because } = report;
      context.print(`${event.kind} ${event.target ?? ''} by ${event.actor}: ${event.outcome}\n${because}`);
    });
  return auth;
}

interface CanFlags {
  readonly project?: string;
  readonly as?: string;
  readonly output: Format;
}

function oneOf<T extends string>(all: readonly T[]): (text: string) => T {
  return (text) => {
    const found = all.find((one) => one === text);
    if (found !== undefined) return found;
    const meant = nearest(text, all);
    throw new InvalidArgumentError(meant === undefined ? `use one of ${all.join(', ')}` : `did you mean ${meant}?`);
  };
}
