/** Runs `store repair`: makes a damaged data folder open again, and says exactly what that costs. */
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { McptuiError } from '../../kernel/errors.ts';
import { readOnlyError } from '../../engine/commands/read-only.ts';
import type { Context } from '../context.ts';

export function storeCommand(context: Context): Command {
  const store = new Command('store').description('look after the data folder');
  store
    .command('repair')
    .description('keep damaged files aside, restore what can be restored, say what is lost')
    .option('--yes', 'do not ask')
    .action((flags: { readonly yes?: boolean }) => repair(context, flags.yes === true));
  return store;
}

async function repair(context: Context, yes: boolean): Promise<void> {
  if (context.access.isReadOnly) throw readOnlyError();
  const [{ repairStore }, { collections }] = await Promise.all([
    import('../../store/index.ts'),
    import('../../store/schema/index.ts'),
  ]);
  const options = { dataDir: context.paths.dataDir, collections, clock: context.clock };
  const foreseen = await repairStore({ ...options, dryRun: true });
  for (const sentence of foreseen.lost) context.note(`would be lost: ${sentence}`);
  if (!foreseen.healthy && !yes) await confirm(context);
  const report = await repairStore(options);
  if (report.healthy && report.lost.length === 0) return context.print(`nothing to repair in ${context.paths.dataDir}`);
  for (const sentence of report.lost) context.print(`lost: ${sentence}`);
  for (const file of report.kept) context.print(`kept aside: ${file}`);
  context.print(`repaired: the journal ends at record ${report.head.seq}`);
}

async function confirm(context: Context): Promise<void> {
  if (!context.isTty) throw new McptuiError('invalid', 'store repair needs --yes without a terminal');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await lines.question('repair it? [y/N] ');
    if (!/^y(es)?$/i.test(answer.trim())) throw new McptuiError('invalid', 'not repaired');
  } finally {
    lines.close();
  }
}
