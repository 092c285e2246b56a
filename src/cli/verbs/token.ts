/** Runs `create token`, `get tokens` and `delete token`: who may connect over TCP. */
import type { Command } from 'commander';
import type { TokenInfo } from '../../engine/index.ts';
import { confirmName } from '../confirm-name.ts';
import type { Context } from '../context.ts';
import { withEngine } from '../with-engine.ts';
import { outputOption, renderListing, type Column, type Format } from '../output.ts';

export function addTokenCreation(create: Command, context: Context): void {
  create
    .command('token')
    .description('make a token for connections over TCP and print it, once')
    .argument('<name>', 'letters a-z, digits and -; the name of its holder')
    .option('--operator', "for the operator's API too, not only for MCP")
    .option('-p, --project <name...>', 'valid for these projects only; default: for all')
    .option('--agent <name...>', 'valid for these agents only; default: for any that its holder names')
    .action(async (name: string, { operator, project, agent }: CreateFlags) => {
      const token = await withEngine(context, (engine) =>
        engine.commands.createToken(name, {
          isOperator: operator === true,
          ...(project === undefined ? {} : { projects: project }),
          ...(agent === undefined ? {} : { agents: agent }),
        }),
      );
      context.print(token);
      context.note(`token ${name} created; it is shown only now`);
    });
}

interface CreateFlags {
  readonly operator?: boolean;
  readonly project?: string[];
  readonly agent?: string[];
}

interface ListFlags {
  readonly output: Format;
  readonly headers: boolean;
}

const columns: readonly Column<TokenInfo>[] = [
  { title: 'NAME', value: (token) => token.name },
  { title: 'FOR', value: (token) => (token.isOperator ? 'mcp, api' : 'mcp') },
  { title: 'PROJECTS', value: (token) => token.projects?.join(',') ?? 'all' },
  { title: 'AGENTS', value: (token) => token.agents?.join(',') ?? 'all' },
  { title: 'CREATED', value: (token) => new Date(token.createdAt).toISOString() },
];

export function addTokenListing(get: Command, context: Context): void {
  get
    .command('tokens')
    .alias('token')
    .description('who may connect over TCP')
    .addOption(outputOption())
    .option('--no-headers', 'rows only')
    .action(async (flags: ListFlags) => {
      const rows = await withEngine(context, (engine) => engine.commands.tokens());
      const text = await renderListing(
        { rows, columns, name: (row) => `token/${row.name}` },
        flags.output,
        flags.headers,
      );
      if (text !== '' || flags.output === 'table') context.print(text);
      if (rows.length === 0 && flags.output === 'table') context.note('nothing yet');
    });
}

export function addTokenDeletion(remove: Command, context: Context): void {
  remove
    .command('token')
    .description('refuse its holder from now on')
    .argument('<name>')
    .option('--yes', 'do not ask')
    .action(async (name: string, flags: { readonly yes?: boolean }) => {
      await confirmName(context, `token ${name}`, name, flags.yes === true);
      await withEngine(context, (engine) => engine.commands.removeToken(name));
      context.print(`token ${name} deleted`);
    });
}
