/** Runs `create token`, `get tokens` and `delete token`: who may connect over TCP. */
import { Command } from 'commander';
import type { Clock } from '../../kernel/clock.ts';
import { defined } from '../../kernel/defined.ts';
import type { TokenInfo } from '../../engine/index.ts';
import { confirmName } from '../confirm-name.ts';
import { addBackendRotation } from './secret-versions.ts';
import type { Context } from '../context.ts';
import { duration } from '../flag-values.ts';
import { expiryOf, holderOf, lastUse, reachOf } from '../../text/token-words.ts';
import { printListing, type ListFlags } from '../print-listing.ts';
import { withEngine } from '../with-engine.ts';
import { outputOption, type Column } from '../output.ts';

export function addTokenCreation(create: Command, context: Context): void {
  create
    .command('token')
    .description('make a token for connections over TCP and print it, once')
    .argument('<name>', 'letters a-z, digits and -; the name of its holder')
    .option('--operator', "for the operator's API too, with every right")
    .option('--for <subject>', 'whose it is: user:NAME, service:NAME or agent:NAME')
    .option('--group <name...>', 'groups of its holder, group:NAME')
    .option('--role <name...>', 'roles that it carries, beside what is bound to its holder')
    .option('-p, --project <name...>', 'valid for these projects only; default: for all')
    .option('--agent <name...>', 'valid for these agents only; default: for any that its holder names')
    .option('--expires <duration>', 'refused after this, such as 30d; default: never', duration)
    .action(async (name: string, flags: CreateFlags) => {
      const { operator, for: subject, group, role, project, agent, expires } = flags;
      const token = await withEngine(context, (engine) =>
        engine.commands.createToken(name, {
          isOperator: operator === true,
          ...defined({ subject, groups: group, roles: role, projects: project, agents: agent }),
          ...expiry(context, expires),
        }),
      );
      context.print(token);
      context.note(`token ${name} created; it is shown only now`);
    });
}

export function addTicketCreation(create: Command, context: Context): void {
  create
    .command('ticket')
    .description('prove an agent: print what its client entry sets as MCPTUI_TICKET, once')
    .argument('<name>', 'letters a-z, digits and -')
    .requiredOption('--agent <name>', 'the agent that its holder is')
    .option('-p, --project <name...>', 'valid for these projects only; default: for all')
    .option('--expires <duration>', 'refused after this, such as 30d; default: never', duration)
    .action(async (name: string, { agent, project, expires }: TicketFlags) => {
      const ticket = await withEngine(context, (engine) =>
        engine.commands.createToken(name, {
          subject: `agent:${agent}`,
          isTicket: true,
          ...defined({ projects: project }),
          ...expiry(context, expires),
        }),
      );
      context.print(ticket);
      context.note(`ticket ${name} created; it is shown only now: set MCPTUI_TICKET to it where mcptui proxy runs`);
    });
}

export function rotateCommand(context: Context): Command {
  const rotate = new Command('rotate').description('make what proves somebody, or a key, anew');
  rotate
    .command('token')
    .description('print another token or ticket for the same holder; the old one is refused from now on')
    .argument('<name>')
    .action(async (name: string) => {
      context.print(await withEngine(context, (engine) => engine.commands.rotateToken(name)));
      context.note(`token ${name} rotated; it is shown only now`);
    });
  addBackendRotation(rotate, context);
  return rotate;
}

function expiry({ clock }: Context, expires: number | undefined): { readonly expiresAt?: number } {
  return expires === undefined ? {} : { expiresAt: clock.now() + expires };
}

interface CreateFlags {
  readonly operator?: boolean;
  readonly for?: string;
  readonly group?: string[];
  readonly role?: string[];
  readonly project?: string[];
  readonly agent?: string[];
  readonly expires?: number;
}

interface TicketFlags {
  readonly agent: string;
  readonly project?: string[];
  readonly expires?: number;
}

const columns = (clock: Clock): readonly Column<TokenInfo>[] => [
  { title: 'NAME', value: (token) => token.name },
  { title: 'HOLDER', value: holderOf },
  { title: 'FOR', value: reachOf },
  { title: 'ROLES', value: (token) => token.roles?.join(',') ?? '-' },
  { title: 'PROJECTS', value: (token) => token.projects?.join(',') ?? 'all' },
  { title: 'AGENTS', value: (token) => token.agents?.join(',') ?? 'all', wide: true },
  { title: 'USED', value: (token) => lastUse(token, clock.now()) },
  { title: 'EXPIRES', value: (token) => expiryOf(token, clock.now()) },
  { title: 'CREATED', value: (token) => new Date(token.createdAt).toISOString(), wide: true },
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
      const name = (row: TokenInfo): string => `token/${row.name}`;
      await printListing(context, { rows, columns: columns(context.clock), name }, flags);
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
