/** Lists `config`; what does its verbs is loaded when one of them is run. */
import { Command } from 'commander';
import type { Context } from '../context.ts';
import { outputOption } from '../output.ts';
import type { GetFlags } from './get.ts';

export function configCommand(context: Context): Command {
  const all = new Command('config').description('the file of your settings: what it says, and changes of it');
  all
    .command('path')
    .description('where it is, or would be')
    .action(() => context.print(context.config.path));
  all
    .command('get')
    .description('what holds: by the environment, the file or by default; exit 2 when the file has faults')
    .argument('[key]', 'this setting alone, such as console.skin')
    .option('--show-origin', 'who says so: a variable, a line of the file, or nobody')
    .addOption(outputOption())
    .option('--no-headers', 'rows only')
    .action(async (key: string | undefined, flags: GetFlags) =>
      (await import('./get.ts')).configGet(context, key, flags),
    );
  all
    .command('set')
    .description('write one setting; the rest of the file stays as it is, comments too')
    .argument('<key>', 'such as console.skin, or console.keymap.instance.retry')
    .argument('<value>', 'a text, true or false; a list as [a, b]')
    .action(async (key: string, value: string) => (await import('./change.ts')).configSet(context, key, value));
  all
    .command('unset')
    .description('take one setting out: the default holds again')
    .argument('<key>')
    .action(async (key: string) => (await import('./change.ts')).configUnset(context, key));
  all
    .command('edit')
    .description('in $MCPTUI_EDITOR, $VISUAL, $EDITOR or vi; written once nothing is wrong with it')
    .action(async () => (await import('./change.ts')).configEdit(context));
  return all;
}
