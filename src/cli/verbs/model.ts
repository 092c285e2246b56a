/** Runs `create|get|describe|edit|delete model` and `test model`: models that help to choose prompts. */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Clock } from '../../kernel/clock.ts';
import { defined } from '../../kernel/defined.ts';
import { noSuch } from '../../kernel/no-such.ts';
import type { Engine, ModelChange, ModelView } from '../../engine/index.ts';
import { clean } from '../../text/clean.ts';
import { count, duration as durationText } from '../../text/format.ts';
import { modelState, modelTokens } from '../../text/model-words.ts';
import { confirmName } from '../confirm-name.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { duration, wholeNumber } from '../flag-values.ts';
import { outputOption, renderListing, type Column, type Format } from '../output.ts';
import { printRecord } from '../print-record.ts';
import { withEngine } from '../with-engine.ts';

interface ModelFlags {
  readonly kind: 'openai' | 'anthropic' | 'ollama';
  readonly url?: string;
  readonly model: string;
  readonly tier: 'fast' | 'heavy' | 'both';
  readonly key?: { readonly backend: 'env' | 'file'; readonly path: string };
  readonly timeout?: number;
  readonly dailyTokens?: number;
  readonly allowPrivate?: boolean;
}

/** `false`: taken away. */
type EditFlags = Partial<Omit<ModelFlags, 'key' | 'dailyTokens'>> & {
  readonly key?: ModelFlags['key'] | false;
  readonly dailyTokens?: number | false;
};

export function addModelCreation(create: Command, context: Context): void {
  withModelFlags(
    create
      .command('model')
      .description('a model that chooses prompts for gated sessions; without one rules do')
      .argument('<name>')
      .addOption(
        new Option('--kind <kind>', 'whose API it speaks')
          .choices(['openai', 'anthropic', 'ollama'])
          .makeOptionMandatory(),
      ),
    true,
  ).action(async (name: string, flags: ModelFlags) => {
    const { kind, url, model, tier, key, timeout, dailyTokens, allowPrivate } = flags;
    const draft = { kind, model, tier, ...defined({ url, key, timeoutMs: timeout, dailyTokens, allowPrivate }) };
    const made = await withEngine(context, (engine) => engine.commands.createModel(name, draft));
    context.print(`model ${name} created`);
    context.note(
      made.isLocal
        ? `try it: mcptui test model ${name}`
        : `it is not on this machine: only projects with --models any ask it; try it: mcptui test model ${name}`,
    );
  });
}

export function addModelEditing(edit: Command, context: Context): void {
  withModelFlags(edit.command('model').description('what is named; the rest stays').argument('<name>'), false)
    .option('--no-key', 'it needs none')
    .option('--no-daily-tokens', 'no bound')
    .action(async (name: string, flags: EditFlags) => {
      const { url, model, tier, key, timeout, dailyTokens, allowPrivate } = flags;
      const change: ModelChange = defined({
        url,
        model,
        tier,
        key: key === false ? null : key,
        timeoutMs: timeout,
        dailyTokens: dailyTokens === false ? null : dailyTokens,
        allowPrivate,
      });
      await withEngine(context, (engine) => engine.commands.updateModel(name, change));
      context.print(`model ${name} changed`);
    });
}

function withModelFlags(command: Command, isNew: boolean): Command {
  const model = new Option('--model <name>', 'as its API calls it');
  const tier = new Option('--tier <tier>', 'quick and small, slow and good, or both').choices([
    'fast',
    'heavy',
    'both',
  ]);
  return command
    .addOption(isNew ? model.makeOptionMandatory() : model)
    .addOption(isNew ? tier.default('both') : tier)
    .option('--url <url>', 'where it answers; default: where its kind usually does')
    .option('--key <secret>', 'secret:BACKEND/NAME', secretRef)
    .option('--timeout <duration>', 'most time of one answer; 30s', duration)
    .option('--daily-tokens <n>', 'of a day; then the rules answer', wholeNumber)
    .option('--allow-private', 'at a private address that is not this machine’s');
}

/** @throws InvalidArgumentError for a value itself: it would stand in the shell's history */
function secretRef(text: string): ModelFlags['key'] {
  const [, backend, path] = /^secret:(env|file)\/([\w.-]{1,128})$/.exec(text) ?? [];
  if (path === undefined) throw new InvalidArgumentError('use secret:BACKEND/NAME, such as secret:file/model-key');
  return { backend: backend === 'env' ? 'env' : 'file', path };
}

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
  { title: 'URL', value: (row) => row.url, wide: true },
  { title: 'KEY', value: (row) => row.key ?? '-', wide: true },
];

export function addModelListing(get: Command, context: Context): void {
  get
    .command('models')
    .alias('model')
    .description('how each does, and what it has used today')
    .addOption(outputOption())
    .option('--no-headers', 'rows only')
    .action(async (flags: { readonly output: Format; readonly headers: boolean }) => {
      const rows = await withEngine(context, (engine) => engine.commands.models());
      const listing = { rows, columns: columns(context.clock), name: (row: ModelView) => `model/${row.name}` };
      const text = await renderListing(listing, flags.output, flags.headers);
      if (text !== '' || flags.output === 'table') context.print(text);
      if (rows.length === 0 && flags.output === 'table') context.note('nothing yet: rules choose');
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
  return test;
}
