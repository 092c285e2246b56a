/** Runs `get secrets`: what is kept or named, who uses it, and who still has an old value. Never a value. */
import type { Command } from 'commander';
import type { SecretView } from '../../engine/index.ts';
import type { Context } from '../context.ts';
import { withEngine } from '../with-engine.ts';
import { outputOption, renderListing, type Column, type Format } from '../output.ts';

interface ListFlags {
  readonly output: Format;
  readonly headers: boolean;
}

const columns: readonly Column<SecretView>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'STATE', value: stateOf },
  { title: 'SERVERS', value: ({ servers }) => servers.join(',') || '-' },
  { title: 'OLD VALUE IN', value: ({ stale }) => stale.join(',') || '-' },
];

export function addSecretListing(get: Command, context: Context): void {
  get
    .command('secrets')
    .alias('secret')
    .description('those that are kept or that servers use, and who still has an old value')
    .addOption(outputOption())
    .option('--no-headers', 'rows only')
    .action(async (flags: ListFlags) => {
      const rows = await withEngine(context, (engine) => engine.commands.secrets());
      const text = await renderListing(
        { rows, columns, name: (row) => `secret/${row.name}` },
        flags.output,
        flags.headers,
      );
      if (text !== '' || flags.output === 'table') context.print(text);
      if (rows.length === 0 && flags.output === 'table') context.note('nothing yet');
    });
}

function stateOf({ state, cause, name }: SecretView): string {
  if (state === 'ok') return 'ok';
  const path = name.slice(name.indexOf('/') + 1);
  const step = name.startsWith('file/') ? `mcptui create secret ${path}` : `start the engine with ${path} set`;
  return `${cause ?? 'missing'} → ${step}`;
}
