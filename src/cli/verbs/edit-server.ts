/** Runs `edit server`: the definition as YAML in the operator's editor, the plan, then the change. */
import type { Command } from 'commander';
import type { Engine, ServerChange, ServerPlan, UpdateOptions } from '../../engine/index.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { planLines } from '../../text/server-plan-words.ts';
import { keepText } from '../../tui/overlays/editor/external.ts';
import { confirmed } from '../confirm-name.ts';
import { inEditor } from '../in-editor.ts';
import { readInput } from '../content/text-file.ts';
import type { Context } from '../context.ts';
import { withEngine } from '../with-engine.ts';

export interface UpdateFlags {
  readonly dryRun?: boolean;
  readonly note?: string;
  readonly literal?: boolean;
}

interface EditFlags extends UpdateFlags {
  readonly file?: string;
  readonly yes?: boolean;
}

export function addServerEditing(edit: Command, context: Context): void {
  withUpdateFlags(edit.command('server'))
    .alias('servers')
    .description('its definition, in your editor; unchanged = nothing happens, and what restarts is shown first')
    .argument('<name>')
    .option('--file <file>', 'YAML from a file instead, - for stdin')
    .option('--yes', 'do not ask before something restarts')
    .action((name: string, flags: EditFlags) =>
      withEngine(context, (engine) =>
        flags.file === undefined
          ? editInEditor(context, engine, name, flags)
          : editFromFile(context, engine, name, flags.file, flags),
      ),
    );
}

export function withUpdateFlags(command: Command): Command {
  return command
    .option('--dry-run', 'only show what would happen')
    .option('--note <text>', 'why, for the history')
    .option('--literal', 'take ${TOKEN}, $TOKEN, <TOKEN>, ~/ and the like as they stand');
}

export function updateOptions({ note, literal }: UpdateFlags): UpdateOptions {
  return { ...(note === undefined ? {} : { note }), ...(literal === undefined ? {} : { literal }) };
}

/** Changes it, or only says what would happen. */
export async function update(
  context: Context,
  { commands }: Engine,
  name: string,
  change: ServerChange,
  flags: UpdateFlags,
  options: UpdateOptions = updateOptions(flags),
): Promise<void> {
  if (flags.dryRun === true) {
    for (const line of planLines(await commands.planServer(name, change, options))) context.print(line);
    return;
  }
  const { server, revision, plan } = await commands.updateServer(name, change, options);
  told(context, server, revision, plan);
}

function told(context: Context, server: string, revision: number, plan: ServerPlan): void {
  if (plan.changes.length === 0 && plan.revision !== undefined) {
    return context.print(`server ${server} is as it was, revision ${revision}`);
  }
  context.print(`server ${server} changed, revision ${revision}`);
  for (const line of planLines(plan)) context.note(line);
}

async function editFromFile(
  context: Context,
  engine: Engine,
  name: string,
  file: string,
  flags: EditFlags,
): Promise<void> {
  const text = await readInput(file);
  await update(context, engine, name, { text }, flags);
}

async function editInEditor(context: Context, engine: Engine, name: string, flags: EditFlags): Promise<void> {
  const { commands } = engine;
  const document = await commands.serverDocument(name);
  const fileName = `server-${document.name}.yaml`;
  let expected = document.revision;
  let edited = await inEditor(context, document.text, { name: fileName });
  while (edited !== undefined) {
    const text = edited;
    const options = { ...updateOptions(flags), expected };
    try {
      const plan = await commands.planServer(document.name, { text }, options);
      if (plan.changes.length === 0) break;
      if (!(await isWanted(context, plan, flags))) {
        if (flags.dryRun !== true) context.note(`nothing changed; your text is kept in ${keepText(text, fileName)}`);
        return;
      }
      const { server, revision } = await commands.updateServer(document.name, { text }, options);
      context.print(`server ${server} changed, revision ${revision}`);
      return;
    } catch (error) {
      const reason = reasonToReopen(error);
      if (reason === undefined) throw error;
      // Somebody else's edit is named; saved once more, this text is put on top of it.
      if (reason.isStale) expected = (await commands.serverDocument(document.name)).revision;
      edited = await inEditor(context, text, { name: fileName, error: reason.words, acceptsUnchanged: reason.isStale });
    }
  }
  context.note('nothing changed');
}

/** Nothing is lost: the same text again, with what is wrong on top. */
function reasonToReopen(error: unknown): { readonly words: string; readonly isStale: boolean } | undefined {
  if (!(error instanceof McptuiError) || (error.code !== 'invalid' && error.code !== 'conflict')) return undefined;
  const isStale = error.code === 'conflict' && error.message.includes('this change was made on revision');
  return { words: error.hint === undefined ? error.message : `${error.message}\n→ ${error.hint}`, isStale };
}

async function isWanted(context: Context, plan: ServerPlan, flags: EditFlags): Promise<boolean> {
  for (const line of planLines(plan)) context.note(line);
  if (flags.dryRun === true) return false;
  if (flags.yes === true || plan.restarts.length === 0) return true;
  return confirmed(`change server ${plan.server} and restart? y/N: `);
}
