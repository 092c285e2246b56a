/** Runs `edit model`: some fields by flags, or the whole of it as YAML in the operator's editor. */
import type { Command } from 'commander';
import { defined } from '../../kernel/defined.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { Engine, ModelPatch } from '../../engine/index.ts';
import { readInput } from '../content/text-file.ts';
import type { Context } from '../context.ts';
import { inEditor } from '../in-editor.ts';
import { withEngine } from '../with-engine.ts';
import { withModelFlags, type ModelFlags } from './model-flags.ts';

/** `false`: taken away. */
type EditFlags = Partial<Omit<ModelFlags, 'key' | 'dailyTokens'>> & {
  readonly key?: ModelFlags['key'] | false;
  readonly dailyTokens?: number | false;
  readonly file?: string;
};

export function addModelEditing(edit: Command, context: Context): void {
  withModelFlags(
    edit
      .command('model')
      .description('what is named, the rest stays; without flags all of it, in your editor')
      .argument('<name>'),
    false,
  )
    .option('--no-key', 'it needs none')
    .option('--no-daily-tokens', 'no bound')
    .option('--file <file>', 'all of it as YAML from a file, - for stdin')
    .action((name: string, flags: EditFlags) =>
      withEngine(context, async (engine) => {
        const patch = patchOf(flags);
        if (flags.file !== undefined && Object.keys(patch).length > 0) {
          throw new McptuiError('invalid', '--file has all of it: leave out the other flags');
        }
        if (flags.file !== undefined) return update(context, engine, name, { text: await readInput(flags.file) });
        return Object.keys(patch).length > 0
          ? update(context, engine, name, patch)
          : editInEditor(context, engine, name);
      }),
    );
}

function patchOf({ url, model, tier, key, timeout, dailyTokens, allowPrivate, warm, idle }: EditFlags): ModelPatch {
  return defined({
    url,
    model,
    tier,
    key: key === false ? null : key,
    timeoutMs: timeout,
    dailyTokens: dailyTokens === false ? null : dailyTokens,
    allowPrivate,
    warm,
    idleMs: idle,
  });
}

async function update(
  context: Context,
  { commands }: Engine,
  name: string,
  change: ModelPatch | { readonly text: string },
): Promise<void> {
  await commands.updateModel(name, change);
  context.print(`model ${name} changed`);
}

async function editInEditor(context: Context, { commands }: Engine, name: string): Promise<void> {
  const document = await commands.modelDocument(name);
  const fileName = `model-${document.name}.yaml`;
  let expected = document.version;
  let edited = await inEditor(context, document.text, { name: fileName });
  while (edited !== undefined) {
    const text = edited;
    try {
      await commands.updateModel(document.name, { text }, { expected });
      context.print(`model ${document.name} changed`);
      return;
    } catch (error) {
      if (!(error instanceof McptuiError) || (error.code !== 'invalid' && error.code !== 'conflict')) throw error;
      const isStale = error.code === 'conflict';
      // Saved once more, this text is put over what somebody else has changed.
      if (isStale) expected = (await commands.modelDocument(document.name)).version;
      const words = error.hint === undefined ? error.message : `${error.message}\n→ ${error.hint}`;
      edited = await inEditor(context, text, { name: fileName, error: words, acceptsUnchanged: isStale });
    }
  }
  context.note('nothing changed');
}
