/** Runs `create|get|describe|edit|delete role` and `create|get|delete binding`: who may do what. */
import type { Command } from 'commander';
import { defined } from '../../kernel/defined.ts';
import { noSuch } from '../../kernel/no-such.ts';
import type { BindingView, Engine, RoleView } from '../../engine/index.ts';
import { ruleFrom, ruleText } from '../../engine/rights/rule-text.ts';
import { confirmName } from '../confirm-name.ts';
import type { Context } from '../context.ts';
import { withKeyFlags } from '../key-flags.ts';
import { outputOption, type Column, type Format } from '../output.ts';
import { printRecord } from '../print-record.ts';
import { printListing, type ListFlags } from '../print-listing.ts';
import { withEngine } from '../with-engine.ts';

interface RoleFlags {
  readonly allow?: string[];
  readonly summary?: string;
}

const ALLOW = 'VERBS KINDS [NAMES] [@PROJECTS], such as "run tool gitea/list_* @ops"';

export function addRoleCreation(create: Command, context: Context): void {
  create
    .command('role')
    .description('rules that a binding gives to people, programs and agents')
    .argument('<name>')
    .requiredOption('--allow <rule...>', ALLOW)
    .option('--summary <text>', 'one line')
    .action(async (name: string, { allow = [], summary }: RoleFlags) => {
      const draft = { rules: allow.map(ruleFrom), ...defined({ summary }) };
      await withEngine(context, (engine) => engine.commands.createRole(name, draft));
      context.print(`role ${name} created`);
      context.note(`give it to somebody: mcptui create binding user:NAME ${name}`);
    });
}

export function addRoleEditing(edit: Command, context: Context): void {
  withKeyFlags(edit.command('role'))
    .description('what is named; rules are replaced as a whole')
    .argument('<name>')
    .option('--allow <rule...>', ALLOW)
    .option('--summary <text>', 'one line')
    .action(async (name: string, { allow, summary }: RoleFlags) => {
      const change = defined({ rules: allow?.map(ruleFrom), summary });
      await withEngine(context, (engine) => engine.commands.updateRole(name, change));
      context.print(`role ${name} changed`);
    });
}

const roleColumns: readonly Column<RoleView>[] = [
  { title: 'NAME', value: (row) => row.name },
  { title: 'BOUND', value: (row) => String(row.bound) },
  { title: 'KIND', value: (row) => (row.isBuiltIn ? 'built in' : 'own') },
  { title: 'SUMMARY', value: (row) => row.summary || '-' },
  { title: 'RULES', value: (row) => row.rules.map(ruleText).join('; '), wide: true },
];

export function addRoleListing(get: Command, context: Context): void {
  listing(get, context, {
    verb: 'roles',
    alias: 'role',
    about: 'built-in and own roles, and how often each is bound',
    columns: roleColumns,
    rows: (engine) => engine.commands.roles(),
    name: (row) => `role/${row.name}`,
  });
}

export function addRoleDescription(describe: Command, context: Context): void {
  describe
    .command('role')
    .description('its rules, a line each, and who has it')
    .argument('<name>')
    .addOption(outputOption())
    .action((name: string, flags: { readonly output: Format }) =>
      withEngine(context, async ({ commands }) => {
        const roles = await commands.roles();
        const role = roles.find((one) => one.name === name);
        if (role === undefined)
          throw noSuch(
            'role',
            name,
            Array.from(roles, (one) => one.name),
            'mcptui get roles',
          );
        const bindings = (await commands.bindings()).filter((one) => one.role === name);
        const rules = flags.output === 'json' ? role.rules : role.rules.map(ruleText);
        await printRecord(context, { ...role, rules, bindings }, flags.output);
      }),
    );
}

export function addRoleDeletion(remove: Command, context: Context): void {
  deletion(remove, context, 'role', 'refused while it is bound', (engine, name) => engine.commands.deleteRole(name));
}

export function addBindingCreation(create: Command, context: Context): void {
  withKeyFlags(create.command('binding'))
    .description('give a role to somebody')
    .argument('<subject>', 'user:NAME, group:NAME, service:NAME or agent:NAME')
    .argument('<role>')
    .option('-p, --project <name...>', 'in these alone, PREFIX* too; default: everywhere')
    .action(async (subject: string, role: string, { project }: { readonly project?: string[] }) => {
      const scope = project === undefined ? undefined : { projects: project };
      const { id } = await withEngine(context, (engine) => engine.commands.createBinding(subject, role, scope));
      context.print(`binding ${id} created`);
    });
}

const bindingColumns: readonly Column<BindingView>[] = [
  { title: 'ID', value: (row) => row.id },
  { title: 'SUBJECT', value: (row) => row.subject },
  { title: 'ROLE', value: (row) => row.role },
  { title: 'PROJECTS', value: (row) => row.projects?.join(',') ?? 'all' },
  { title: 'BY', value: (row) => row.createdBy },
  { title: 'CREATED', value: (row) => new Date(row.createdAt).toISOString(), wide: true },
];

export function addBindingListing(get: Command, context: Context): void {
  listing(get, context, {
    verb: 'bindings',
    alias: 'binding',
    about: 'who has which role, and where',
    columns: bindingColumns,
    rows: (engine) => engine.commands.bindings(),
    name: (row) => `binding/${row.id}`,
  });
}

export function addBindingDeletion(remove: Command, context: Context): void {
  deletion(remove, context, 'binding', 'takes the role away at once', (engine, id) =>
    engine.commands.deleteBinding(id),
  );
}

interface Listing<T> {
  readonly verb: string;
  readonly alias: string;
  readonly about: string;
  readonly columns: readonly Column<T>[];
  readonly rows: (engine: Engine) => Promise<readonly T[]>;
  readonly name: (row: T) => string;
}

function listing<T>(get: Command, context: Context, { verb, alias, about, columns, rows, name }: Listing<T>): void {
  get
    .command(verb)
    .alias(alias)
    .description(about)
    .addOption(outputOption())
    .option('--no-headers', 'rows only')
    .action(async (flags: ListFlags) => {
      const all = await withEngine(context, rows);
      const whenEmpty = 'nothing yet: the operator may do everything';
      await printListing(context, { rows: all, columns, name }, flags, whenEmpty);
    });
}

function deletion(
  remove: Command,
  context: Context,
  what: 'role' | 'binding',
  about: string,
  run: (engine: Engine, name: string) => Promise<void>,
): void {
  withKeyFlags(remove.command(what))
    .description(about)
    .argument(what === 'role' ? '<name>' : '<id>')
    .option('--yes', 'do not ask')
    .action(async (name: string, flags: { readonly yes?: boolean }) => {
      await confirmName(context, `${what} ${name}`, name, flags.yes === true);
      await withEngine(context, (engine) => run(engine, name));
      context.print(`${what} ${name} deleted`);
    });
}
