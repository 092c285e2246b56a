/** Lists `apply`, `plan`, `export` and `schema`; what does them is loaded when one of them is run. */
import { Argument, Command } from 'commander';
import { documentKinds, type DocumentKind } from '../../engine/apply/kind-names.ts';
import type { Context } from '../context.ts';
import { outputOption } from '../output.ts';
import type { ApplyFlags, DocumentFlags } from './apply.ts';
import type { ExportFlags } from './export.ts';
import { selector } from './selector.ts';

export function documentCommands(context: Context): readonly Command[] {
  return [apply(context), plan(context), exporting(context), schema(context)];
}

function withDocuments(command: Command): Command {
  return command
    .requiredOption('-f, --filename <names...>', 'files and folders with YAML or JSON; - for stdin')
    .option('-R, --recursive', 'folders in folders too')
    .option('--manager <name>', 'in whose name fields are owned; default: apply')
    .option('--force-conflicts', 'decide conflicts for the documents')
    .addOption(outputOption());
}

function apply(context: Context): Command {
  return withDocuments(new Command('apply'))
    .description('make what documents describe; what they do not name stays as it is')
    .option('--dry-run', 'only show what would change')
    .option('--prune', 'delete what was applied before, has these labels and is in no document any more')
    .option('-l, --selector <labels>', 'for --prune: team=shop,tier', selector)
    .option('--yes', 'do not ask before --prune deletes')
    .action(async (flags: ApplyFlags) => (await import('./apply.ts')).runApply(context, flags));
}

function plan(context: Context): Command {
  return withDocuments(new Command('plan'))
    .description('what documents would change of what is live; exit 5 when there is anything')
    .action(async (flags: DocumentFlags) => (await import('./apply.ts')).runPlan(context, flags));
}

function exporting(context: Context): Command {
  return new Command('export')
    .description('resources as documents that, applied, change nothing')
    .addArgument(kindArgument('only these'))
    .argument('[name]', 'of one name or reference')
    .option('-l, --selector <labels>', 'with these labels: team=shop,tier', selector)
    .option('-p, --project <name>', 'of this project')
    .option('-o, --output <format>', 'yaml or json', 'yaml')
    .action(async (kind: DocumentKind | undefined, name: string | undefined, flags: ExportFlags) =>
      (await import('./export.ts')).runExport(context, kind, name, flags),
    );
}

function schema(context: Context): Command {
  return new Command('schema')
    .description('the JSON Schema of documents, for editors and for CI')
    .addArgument(kindArgument('of this kind alone'))
    .action(async (kind: DocumentKind | undefined) => (await import('./export.ts')).runSchema(context, kind));
}

function kindArgument(about: string): Argument {
  return new Argument('[kind]', about).choices(documentKinds);
}
