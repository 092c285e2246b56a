/** Deletes what was applied before in the same name, has the labels that are asked for, and is in no document any more. */
import { readDocument } from '../../engine/apply/documents.ts';
import { kinds } from '../../engine/apply/kinds/index.ts';
import { bindingRef } from '../../engine/apply/kinds/access.ts';
import type { ExportedDocument } from '../../engine/apply/types.ts';
import type { EngineCommands } from '../../engine/index.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { clean } from '../../text/clean.ts';
import { confirmed } from '../confirm-name.ts';
import type { Context } from '../context.ts';
import { idOf } from './report.ts';
import type { Sourced } from './sources.ts';

export interface PruneFlags {
  readonly prune?: boolean;
  readonly selector?: Readonly<Record<string, string>>;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly manager?: string;
}

export async function prune(
  context: Context,
  commands: EngineCommands,
  documents: readonly Sourced[],
  { prune: isAsked, selector, yes, dryRun, manager = 'apply' }: PruneFlags,
): Promise<void> {
  if (isAsked !== true) {
    if (selector === undefined) return;
    throw new McptuiError('invalid', '--selector goes with --prune');
  }
  if (selector === undefined) {
    throw new McptuiError('invalid', '--prune needs --selector: without it everything that was ever applied would go', {
      hint: 'label the documents, and say which: --prune -l team=shop',
    });
  }
  const kept = new Set(documents.map(({ document }) => idOfDocument(document)));
  const gone = (await commands.exportDocuments({ labels: selector, manager })).filter((one) => !kept.has(idOf(one)));
  // What needs others goes before them.
  const inTurn = gone.toReversed();
  if (inTurn.length === 0) return;
  if (dryRun === true) return inTurn.forEach((one) => context.print(`${clean(idOf(one))} would be deleted`));
  await ask(context, inTurn, yes === true);
  for (const one of inTurn) {
    await remove(commands, one);
    context.print(`${clean(idOf(one))} deleted`);
  }
}

function idOfDocument(value: unknown): string {
  const { kind, ref } = readDocument(value);
  return `${kind.noun}/${ref}`;
}

async function ask(context: Context, gone: readonly ExportedDocument[], yes: boolean): Promise<void> {
  if (yes) return;
  if (!context.isTty) {
    throw new McptuiError('invalid', `--prune would delete ${gone.length}, and needs --yes without a terminal`, {
      hint: `${gone.slice(0, 5).map(idOf).join(', ')}; --dry-run shows all`,
    });
  }
  for (const one of gone) context.note(`  ${clean(idOf(one))}`);
  if (!(await confirmed(`delete these ${gone.length}? [y/N] `))) {
    throw new McptuiError('invalid', 'nothing was deleted');
  }
}

async function remove(commands: EngineCommands, { kind, ref }: ExportedDocument): Promise<void> {
  const { name, args } = kinds[kind].remove(kind === 'binding' ? await bindingId(commands, ref) : ref);
  await (commands[name] as unknown as (...of: readonly unknown[]) => Promise<unknown>)(...args);
}

async function bindingId(commands: EngineCommands, ref: string): Promise<string> {
  const found = (await commands.bindings()).find((row) => bindingRef({ ...row }) === ref);
  if (found === undefined) throw new McptuiError('not-found', `no binding ${ref}`);
  return found.id;
}
