/** Runs `apply` and `plan`: what a repository says that there is. */
import type { AppliedDocument, ApplyOptions } from '../../engine/apply/types.ts';
import type { Engine } from '../../engine/index.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Format } from '../output.ts';
import { withEngine } from '../with-engine.ts';
import { applyAll, planAll } from './batches.ts';
import { changeText } from './change-text.ts';
import { prune, type PruneFlags } from './prune.ts';
import { printApplied, refuseUnapplied } from './report.ts';
import { readDocuments } from './sources.ts';

export interface DocumentFlags {
  readonly filename: readonly string[];
  readonly recursive?: boolean;
  readonly manager?: string;
  readonly forceConflicts?: boolean;
  readonly output: Format;
}

export interface ApplyFlags extends DocumentFlags, PruneFlags {
  readonly dryRun?: boolean;
}

function optionsOf({ manager, forceConflicts }: DocumentFlags): ApplyOptions {
  return {
    ...(manager === undefined ? {} : { manager }),
    ...(forceConflicts === undefined ? {} : { force: forceConflicts }),
  };
}

export async function runApply(context: Context, flags: ApplyFlags): Promise<void> {
  const documents = await readDocuments(flags.filename, flags.recursive === true);
  await withEngine(context, async ({ commands }) => {
    const options = optionsOf(flags);
    if (flags.dryRun === true) {
      await printPlan(context, await planAll(commands, documents, options), flags.output);
    } else {
      const results = await applyAll(commands, documents, options);
      await printApplied(context, results, flags.output, 'done');
      refuseUnapplied(results, documents.length);
    }
    await prune(context, commands, documents, flags);
  });
}

export async function runPlan(context: Context, flags: DocumentFlags): Promise<void> {
  const results = await plan(context, flags);
  if (results.some(({ action }) => action !== 'unchanged')) process.exitCode = exitCodes.unhealthy;
}

/** The same for `diff -f`. */
export async function plan(context: Context, flags: DocumentFlags): Promise<readonly AppliedDocument[]> {
  const documents = await readDocuments(flags.filename, flags.recursive === true);
  return withEngine(context, async ({ commands }: Engine) => {
    const results = await planAll(commands, documents, optionsOf(flags));
    await printPlan(context, results, flags.output);
    return results;
  });
}

async function printPlan(context: Context, results: readonly AppliedDocument[], format: Format): Promise<void> {
  const differs = results.filter(({ action }) => action !== 'unchanged');
  if (format !== 'table' && format !== 'wide') return printApplied(context, results, format, 'planned');
  if (differs.length === 0) return context.note(`${results.length} documents are as they are live`);
  for (const one of differs) {
    await printApplied(context, [one], format, 'planned');
    const text = await changeText(one);
    if (text !== '') context.print(text);
  }
}
