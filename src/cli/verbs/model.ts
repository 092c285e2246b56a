/** Runs `get|describe|delete model` and `test model`: models that help to choose prompts. */
import { Command } from 'commander';
import type { Clock } from '../../kernel/clock.ts';
import { noSuch } from '../../kernel/no-such.ts';
import type { Engine, ModelView } from '../../engine/index.ts';
import { clean } from '../../text/clean.ts';
import { count, duration as durationText } from '../../text/format.ts';
import { modelState, modelTokens } from '../../text/model-words.ts';
import { confirmName } from '../confirm-name.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { outputOption, type Column, type Format } from '../output.ts';
import { printRecord } from '../print-record.ts';
import { addBackendTest } from './backend.ts';
import { printListing, type ListFlags } from '../print-listing.ts';
import { withEngine } from '../with-engine.ts';

const columns = (clock: Clock): readonly Column<ModelView>[] => [
  { title: 'NAME', value: (row) => row.name },
  { title: 'KIND', value: (row) => row.kind },
  { title: 'MODEL', value: (row) => row.model },
  { title: 'TIER', value: (row) => row.tier },
  { title: 'WHERE', value: (row) => (row.isLocal ? 'local' : 'elsewhere') },
  { title: 'STATE', value: (row) => modelState(row, clock.now()) },
  { title: 'ASKED', value: ({ health }) => count(health.used.asked) },
  { title: 'FAILED', value: ({ health }) => count(health.used.failed) },
  { title: 'TOKENS', value: modelTokens },
  { title: 'URL', value: ({ url }) => url ?? '-', wide: true },
  { title: 'KEY', value: (row) => row.key ?? '-', wide: true },
];

export function addModelListing(get: Command, context: Context): void {
  get
    .command('models')
    .alias('model')
    .description('how each does, and what it has used today')
    .addOption(outputOption())
    .option('--no-headers', 'rows only')
    .action(async (flags: ListFlags) => {
      const rows = await withEngine(context, (engine) => engine.commands.models());
      const listing = { rows, columns: columns(context.clock), name: (row: ModelView) => `model/${row.name}` };
      await printListing(context, listing, flags, 'nothing yet: rules choose');
    });
}

export function addModelDescription(describe: Command, context: Context): void {
  describe
    .command('model')
    .description('its definition, how it does, and what it has used today')
    .argument('<name>')
    .addOption(outputOption())
    .action((name: string, flags: { readonly output: Format }) =>
      withEngine(context, async (engine) => printRecord(context, await modelNamed(engine, name), flags.output)),
    );
}

async function modelNamed({ commands }: Engine, name: string): Promise<ModelView> {
  const models = await commands.models();
  const found = models.find((model) => model.name === name || model.id === name);
  if (found !== undefined) return found;
  throw noSuch(
    'model',
    name,
    models.map((model) => model.name),
    'mcptui get models',
  );
}

export function addModelDeletion(remove: Command, context: Context): void {
  remove
    .command('model')
    .description('rules choose where it did')
    .argument('<name>')
    .option('--yes', 'do not ask')
    .action(async (name: string, flags: { readonly yes?: boolean }) => {
      await confirmName(context, `model ${name}`, name, flags.yes === true);
      await withEngine(context, (engine) => engine.commands.deleteModel(name));
      context.print(`model ${name} deleted`);
    });
}

export function testCommand(context: Context): Command {
  const test = new Command('test').description('try something for real');
  test
    .command('model')
    .description('ask it for an answer now; exit 5 when there is none')
    .argument('<name>')
    .action((name: string) =>
      withEngine(context, async ({ commands }) => {
        const { ok, ms, tokensIn, tokensOut, reason = 'no reason given' } = await commands.testModel(name);
        if (ok) {
          return context.print(`model ${name} ok: ${durationText(ms)}, ${tokensIn} tokens in, ${tokensOut} out`);
        }
        context.print(`model ${name} failed after ${durationText(ms)}: ${clean(reason)}`);
        process.exitCode = exitCodes.unhealthy;
      }),
    );
  addBackendTest(test, context);
  return test;
}
