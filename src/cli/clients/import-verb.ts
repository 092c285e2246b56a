/** Runs `import`: servers out of clients' files, or of a registry. */
import { Command } from 'commander';
import { McptuiError } from '../../kernel/errors.ts';
import type { Context } from '../context.ts';
import { outputOption } from '../output.ts';
import { withEngine } from '../with-engine.ts';
import { importFromClients, type ImportFlags } from './import.ts';
import { collectAnswer, importFromRegistry, type RegistryImportFlags } from './registry.ts';

interface Flags extends ImportFlags, RegistryImportFlags {
  readonly registry?: string;
  readonly from?: string;
}

export function importCommand(context: Context): Command {
  return new Command('import')
    .description("take over servers from agents' clients or a registry: shows what becomes of each, and asks")
    .argument('[from]', 'a client, a file, or - for stdin; default: every client of this machine')
    .option(
      '--server <name>',
      'only this entry; repeatable',
      (name: string, all: readonly string[]) => [...all, name],
      [],
    )
    .option('-p, --project <name>', 'project that they belong to', context.env.MCPTUI_PROJECT ?? 'default')
    .option('--start', 'start them at once; default: they are there, and stopped')
    .option('--literal', 'take texts as they stand, secrets in arguments included')
    .option('--registry <name>', 'NAME or NAME@VERSION of the registry that MCPTUI_REGISTRY names')
    .option('--registry-file <file>', 'with --registry: what a registry answered, in its place')
    .option('--as <kind>', 'with --registry: npm, pypi, oci or remote; default: the first that can be run')
    .option('--from <file>', 'an MCPB bundle: unpacked into a folder of its own')
    .option('--set <NAME=VALUE>', 'with --registry or --from: a value that it needs', collectAnswer, new Map())
    .option('--dry-run', 'only show what would become of each')
    .option('--yes', 'do not ask')
    .addOption(outputOption())
    .action((from: string | undefined, flags: Flags) =>
      withEngine(context, async (engine, live) => {
        if (flags.registry === undefined && flags.from === undefined) {
          return importFromClients(context, engine, live, from, flags);
        }
        if (from !== undefined || (flags.registry !== undefined && flags.from !== undefined)) {
          throw new McptuiError('invalid', 'give one of a client or file, --registry and --from');
        }
        if (flags.registry !== undefined) return importFromRegistry(context, engine, live, flags.registry, flags);
        const { importBundle } = await import('./bundle.ts');
        return importBundle(context, engine, live, flags.from ?? '', flags);
      }),
    );
}
