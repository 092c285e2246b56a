/** Runs `explain CODE`. */
import { Command } from 'commander';
import { noSuch } from '../../kernel/no-such.ts';
import type { Context } from '../context.ts';
import { outputOption, toJson, type Format } from '../output.ts';

export function explainCommand(context: Context): Command {
  return new Command('explain')
    .description('what an error code means, what is usually behind it, and what mends it')
    .argument('[code]', 'such as SECRET_UNRESOLVED; without one, all of them')
    .addOption(outputOption())
    .action(async (code: string | undefined, flags: { readonly output: Format }) => {
      const { explanations } = await import('./codes.ts');
      const isJson = flags.output.startsWith('json');
      if (code === undefined) {
        if (isJson) return context.print(toJson(explanations, 2));
        const width = Math.max(...Object.keys(explanations).map(({ length }) => length));
        for (const [name, { about }] of Object.entries(explanations)) context.print(`${name.padEnd(width)}  ${about}`);
        return;
      }
      const name = Object.keys(explanations).find((one) => one.toLowerCase() === code.toLowerCase());
      const found = name === undefined ? undefined : explanations[name];
      if (name === undefined || found === undefined) {
        throw noSuch('error code', code, Object.keys(explanations), 'mcptui explain lists them all');
      }
      if (isJson) return context.print(toJson({ code: name, ...found }, 2));
      context.print(`${name}: ${found.about}`);
      context.print('\nUsually:');
      for (const cause of found.causes) context.print(`  - ${cause}`);
      context.print('\nWhat mends it:');
      for (const [index, step] of found.steps.entries()) context.print(`  ${index + 1}. ${step}`);
    });
}
