/** Runs `connect` and `disconnect`: one entry in a client's file, and the file as it was. */
import { Command, Option } from 'commander';
import { connect, disconnect, planConnect, planDisconnect, type ConnectPlan } from '../../clients/connect.ts';
import { readClientFile } from '../../clients/client-file.ts';
import { ourEntry } from '../../clients/our-entry.ts';
import { clients } from '../../clients/table.ts';
import type { ClientPlace } from '../../clients/places.ts';
import type { Engine } from '../../engine/index.ts';
import { readOnlyError } from '../../engine/commands/read-only.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { noSuch } from '../../kernel/no-such.ts';
import type { Context } from '../context.ts';
import { outputOption } from '../output.ts';
import type { ListFlags } from '../print-listing.ts';
import { withEngine } from '../with-engine.ts';
import { listConnections } from './connections.ts';
import { clientOf, connectionsOf, machineOf, placeFor, proxyCommand, proxyEnv, type PlaceFlags } from './machine.ts';
import { fileDiff, isAgreed, type AskFlags } from './preview.ts';
import { replacementFor } from './replace.ts';

interface ConnectFlags extends PlaceFlags, AskFlags, ListFlags {
  readonly list?: boolean;
  readonly project?: string;
  readonly agent?: string;
  readonly replace?: boolean;
}

const names = clients.map(({ name }) => name).join(', ');
/** Stands in the preview for what is made only after a yes. */
const TICKET = '(a ticket, made on yes)';

export function connectCommand(context: Context): Command {
  return withFileOptions(new Command('connect'))
    .description("write one entry into an agent's client that serves it everything; shows the change and asks")
    .argument('[client]', names)
    .option('-p, --project <name>', 'whose servers its agents get; default: the default project')
    .option('--agent <name>', 'prove its agents as this one, by a ticket in the entry')
    .option('--replace', "import the client's own servers, and take them out of its file; disconnect puts them back")
    .option('--list', 'the clients of this machine: connected or not, and what has changed since')
    .addOption(outputOption())
    .option('--no-headers', 'with --list: rows only')
    .action(async (name: string | undefined, flags: ConnectFlags) => {
      if (flags.list === true) return listConnections(context, flags);
      if (name === undefined) {
        throw new McptuiError('invalid', 'connect which client?', {
          hint: `mcptui connect --list; known are ${names}`,
        });
      }
      await connectClient(context, name, flags);
    });
}

export function disconnectCommand(context: Context): Command {
  return withFileOptions(new Command('disconnect'))
    .description("take our entry out of a client's file; unchanged since, it becomes what it was to the byte")
    .argument('<client>', names)
    .action((name: string, flags: PlaceFlags & AskFlags) => disconnectClient(context, name, flags));
}

function withFileOptions(command: Command): Command {
  return command
    .addOption(new Option('--scope <scope>', "the user's file, or that of this folder").choices(['user', 'project']))
    .option('--file <file>', "another file in this client's format")
    .option('--dry-run', 'only show the change')
    .option('--yes', 'do not ask');
}

export async function connectClient(context: Context, name: string, flags: ConnectFlags): Promise<void> {
  const place = placeFor(clientOf(name), flags, machineOf(context));
  if (flags.agent !== undefined && place.scope === 'project') {
    throw new McptuiError('invalid', `${place.file} is shared: a ticket in it would be everybody's`, {
      hint: "connect the user's file with --agent, and the project's without",
    });
  }
  await checkNames(context, flags);
  const replacement = flags.replace === true ? await replacementFor(context, place, flags) : undefined;
  const preview = entryOf(context, place, flags, flags.agent === undefined ? undefined : TICKET);
  const plan = await planConnect(place, preview, replacement?.entries);
  if (!(await isWanted(context, plan, flags, replacement?.text))) return;
  const replaced = await replacement?.carryOut();
  const made = await ticketFor(context, place, flags);
  const { project, agent } = flags;
  try {
    const final = await sameFile(
      plan,
      made === undefined ? preview : entryOf(context, place, flags, made.ticket),
      replaced,
    );
    await connect(final, connectionsOf(context), {
      now: context.clock.now(),
      ...(project === undefined ? {} : { project }),
      ...(agent === undefined ? {} : { agent }),
      ...(made === undefined ? {} : { ticket: made.name }),
    });
  } catch (error) {
    await dropTicket(context, made?.name);
    throw error;
  }
  context.print(`${place.client.title} is connected: ${place.file}`);
  context.note(`restart it, or reload its servers; to undo: mcptui disconnect ${undoWords(place)}`);
}

function entryOf(context: Context, place: ClientPlace, { project }: ConnectFlags, ticket: string | undefined): unknown {
  const args = project === undefined || project === 'default' ? [] : ['--project', project];
  const env = { ...proxyEnv(context), ...(ticket === undefined ? {} : { MCPTUI_TICKET: ticket }) };
  return ourEntry(place.client.dialect, { command: proxyCommand(place, args, context.env), env });
}

/** The plan with what came of it: of the same file as it was shown. */
async function sameFile(plan: ConnectPlan, entry: unknown, replaced: readonly string[] = []): Promise<ConnectPlan> {
  const { print } = await readClientFile(plan.place.file);
  if (print !== plan.before.print) return plan;
  return { ...(await planConnect(plan.place, entry, replaced)), before: plan.before };
}

/** Shows the difference; false when nothing is to be done. */
async function isWanted(
  context: Context,
  plan: ConnectPlan,
  flags: ConnectFlags,
  imported: string | undefined,
): Promise<boolean> {
  const { place, before, after } = plan;
  const known = await connectionsOf(context).of(place);
  if (after === before.text && known !== undefined && flags.agent === undefined) {
    context.print(`${place.client.title} is connected already: ${place.file}`);
    return false;
  }
  const shown = [...(imported === undefined ? [] : [imported]), await fileDiff(plan)].join('\n');
  if (flags.dryRun === true) {
    context.print(shown);
    return false;
  }
  context.note(shown);
  if (context.access.isReadOnly) throw readOnlyError();
  return isAgreed(
    context,
    `connect ${place.client.title}${imported === undefined ? '' : ' and import its servers'}`,
    flags,
  );
}

/** @throws McptuiError `not-found` for a project or an agent that there is not */
async function checkNames(context: Context, { project, agent }: ConnectFlags): Promise<void> {
  if (project === undefined && agent === undefined) return;
  await withEngine(context, (engine) => Promise.resolve(checkIn(engine, project, agent)));
}

function checkIn(engine: Engine, project: string | undefined, agent: string | undefined): void {
  const view = engine.view();
  const projects = [...view.projects.values()].map(({ name }) => name);
  if (project !== undefined && project !== 'default' && !projects.includes(project)) {
    throw noSuch('project', project, projects, 'mcptui get projects');
  }
  const agents = [...view.agents.values()].map(({ name }) => name);
  if (agent !== undefined && !agents.includes(agent)) throw noSuch('agent', agent, agents, 'mcptui get agents');
}

interface Made {
  readonly name: string;
  readonly ticket: string;
}

async function ticketFor(
  context: Context,
  place: ClientPlace,
  { agent, project }: ConnectFlags,
): Promise<Made | undefined> {
  if (agent === undefined) return undefined;
  const old = await connectionsOf(context).of(place);
  return withEngine(context, async ({ commands }) => {
    const taken = new Set((await commands.tokens()).map(({ name }) => name));
    if (old?.ticket !== undefined && taken.has(old.ticket)) {
      return { name: old.ticket, ticket: await commands.rotateToken(old.ticket) };
    }
    const stem = `${place.client.name}-${agent}`.slice(0, 28).replace(/-$/, '');
    const name = [stem, ...Array.from({ length: 99 }, (_, index) => `${stem}-${index + 2}`)].find(
      (one) => !taken.has(one),
    );
    if (name === undefined) throw new McptuiError('conflict', `too many tickets are called ${stem}`);
    const projects = project === undefined ? {} : { projects: [project] };
    return {
      name,
      ticket: await commands.createToken(name, { subject: `agent:${agent}`, isTicket: true, ...projects }),
    };
  });
}

async function disconnectClient(context: Context, name: string, flags: PlaceFlags & AskFlags): Promise<void> {
  const place = placeFor(clientOf(name), flags, machineOf(context));
  const connections = connectionsOf(context);
  const plan = await planDisconnect(place, connections);
  const diff = await fileDiff(plan);
  if (flags.dryRun === true) return context.print(diff);
  if (context.access.isReadOnly) throw readOnlyError();
  if (diff !== '') context.note(diff);
  if (!(await isAgreed(context, `disconnect ${place.client.title}`, flags))) return;
  await disconnect(plan, connections);
  const removed = plan.after === undefined ? 'removed, as there was none before' : 'as it was before';
  context.print(
    `${place.client.title} is disconnected: ${place.file} ${plan.isExact ? `is ${removed}` : 'has lost our entry alone'}`,
  );
  if (plan.restored.length > 0 && !plan.isExact) context.note(`put back: ${plan.restored.join(', ')}`);
  if (plan.lost.length > 0) context.note(`not put back, as no backup holds them: ${plan.lost.join(', ')}`);
  await dropTicket(context, plan.connection?.ticket);
}

/** What proved its agents is good for nothing any more. */
async function dropTicket(context: Context, ticket: string | undefined): Promise<void> {
  if (ticket === undefined) return;
  await withEngine(context, async ({ commands }) => {
    if (!(await commands.tokens()).some(({ name }) => name === ticket)) return;
    await commands.removeToken(ticket);
    context.note(`ticket ${ticket} deleted`);
  });
}

function undoWords({ client, scope, file }: ClientPlace): string {
  if (scope === 'file') return `${client.name} --file ${file}`;
  return scope === 'project' && client.user.length > 0 ? `${client.name} --scope project` : client.name;
}
