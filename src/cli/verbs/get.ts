/** Runs `get`: rows for people and programs, once or as they change. */
import { Command, Option } from 'commander';
import { McptuiError } from '../../kernel/errors.ts';
import type {
  AuditEventView,
  ContentKind,
  Engine,
  InstanceView,
  Server,
  SessionView,
  UpstreamView,
} from '../../engine/index.ts';
import { revisionColumns } from '../content/columns.ts';
import { upstreamColumns } from '../catalog/columns.ts';
import { catalogListing, type CatalogFlags, type CatalogKind } from '../catalog/get.ts';
import { contentListings, type ContentFlags } from '../content/get.ts';
import { revisedKind } from '../content/kinds.ts';
import type { Context } from '../context.ts';
import { printListing } from '../print-listing.ts';
import { withEngine, withRunningEngine } from '../with-engine.ts';
import { outputOption, type Column, type Format, type Listing } from '../output.ts';
import { sorted } from '../sort.ts';
import { untilLost } from '../until-lost.ts';
import { RowWatch } from '../watch.ts';
import { secretListing } from './secret.ts';
import { serverRevisionColumns } from './server-revisions.ts';
import { addBackendListing } from './backend.ts';
import { addModelListing } from './model.ts';
import { addKeyListing } from './operator.ts';
import { addPageListing } from './page.ts';
import { addBindingListing, addRoleListing } from './role.ts';
import { addTokenListing } from './token.ts';
import { auditColumns, instanceColumns, serverColumns, sessionColumns } from '../columns.ts';

interface GetFlags {
  readonly output: Format;
  readonly watch?: boolean;
  readonly headers: boolean;
  readonly project?: string;
  /** Title of a column; with `-` in front the other way round. */
  readonly sortBy?: string;
}

interface AuditFlags extends GetFlags {
  readonly limit: string;
  readonly kind?: string;
  readonly session?: string;
  readonly text?: string;
}

export function getCommand(context: Context): Command {
  const get = new Command('get').description('list what there is');
  const listing = (name: string, alias: string, description: string): Command =>
    get
      .command(name)
      .alias(alias)
      .description(description)
      .addOption(outputOption())
      .option('-w, --watch', 'then each row that changes, until ctrl-c')
      .option('--sort-by <column>', 'such as NAME, or -AGE for the other way round')
      .option('--no-headers', 'rows only')
      .addOption(new Option('-p, --project <name>', 'only of this project'));

  listing('servers', 'server', 'what is defined').action((flags: GetFlags) =>
    show(context, flags, (engine) => servers(engine, flags, context)),
  );
  listing('instances', 'inst', 'what runs, and why something does not').action((flags: GetFlags) =>
    show(context, flags, (engine) => instances(engine, flags, context)),
  );
  listing('sessions', 'sess', 'which agents are connected').action((flags: GetFlags) =>
    show(context, flags, (engine) => sessions(engine, flags, context)),
  );
  listing('upstreams', 'up', 'servers as the router sees them: lists, latencies, errors').action((flags: GetFlags) =>
    show(context, flags, (engine) => upstreams(engine, flags, context)),
  );
  const ofServers = (command: Command, kind: CatalogKind): Command =>
    command
      .addOption(new Option('--server <name>', 'only of this server').default('all', 'all'))
      .action((flags: GetFlags & CatalogFlags) => showCatalog(context, kind, flags));
  ofServers(listing('tools', 'tool', "the servers' tools, and the names that agents use for them"), 'tools');
  ofServers(listing('resources', 'res', "the servers' resources and resource templates"), 'resources');
  for (const content of contentListings) {
    const command = listing(content.name, content.aliases[0] ?? '', content.description);
    command.aliases(content.aliases.slice(1));
    if (content.isScoped) command.option('--agent <name>', "only this agent's own");
    if (content.isScoped && content.name !== 'personalities') command.option('--all', 'of every scope');
    if (content.name === 'proposals') {
      command
        .option('--all', 'decided proposals too')
        .addOption(new Option('--state <state>', 'only these').choices(states));
    }
    if (content.name === 'prompts') command.option('--server <name>', "instead those of a server, or of 'all' servers");
    command.action((flags: GetFlags & ContentFlags & CatalogFlags) =>
      content.name === 'prompts' && flags.server !== undefined
        ? showCatalog(context, 'prompts', flags)
        : show<never>(context, flags, (engine) => content.rows(engine, flags, context)),
    );
  }
  addTokenListing(get, context);
  addModelListing(get, context);
  addRoleListing(get, context);
  addBindingListing(get, context);
  addKeyListing(get, context);
  addPageListing(get, context);
  addBackendListing(get, context);
  listing('secrets', 'secret', 'those that are kept or that servers use, and who still has an old value')
    .alias('sec')
    .action((flags: GetFlags) => show(context, flags, (engine) => secretListing(engine, flags, context)));
  get
    .command('revisions')
    .alias('rev')
    .description('the history of one, newest first; or of all kinds with a content hash')
    .argument('[kind]', 'server, prompt, personality or skill', revisedKind)
    .argument('[name]')
    .option('--hash <hex>', 'of the content, 4 digits or more')
    .addOption(outputOption())
    .option('--no-headers', 'rows only')
    .action(
      (
        kind: ContentKind | 'server' | undefined,
        name: string | undefined,
        flags: GetFlags & { readonly hash?: string },
      ) => revisions(context, kind, name, flags),
    );
  listing('audit', 'events', 'newest audit events, oldest of them first')
    .option('-n, --limit <n>', 'how many', '50')
    .option('--kind <kind>', 'such as tool_call_trace')
    .option('--session <id>', 'of one session')
    .option('--text <text>', 'that hold this text')
    .action((flags: AuditFlags) => audit(context, flags));
  return get;
}

const states = ['pending', 'approved', 'rejected', 'superseded', 'expired', 'withdrawn'];

async function revisions(
  context: Context,
  kind: ContentKind | 'server' | undefined,
  name: string | undefined,
  flags: GetFlags & { readonly hash?: string },
): Promise<void> {
  const { hash } = flags;
  if (hash === undefined && (kind === undefined || name === undefined)) {
    throw new McptuiError('invalid', 'name a kind and one of it, or give --hash', {
      hint: 'mcptui get revisions prompt NAME',
    });
  }
  await withEngine(context, async ({ commands }) => {
    if (kind === 'server') {
      const past = await commands.serverRevisions(name ?? '');
      const ofServer = serverRevisionColumns(context.clock);
      return printListing(
        context,
        { rows: past, columns: ofServer, name: (row) => `revision/${name ?? ''}/${row.number}` },
        flags,
      );
    }
    const rows =
      hash === undefined ? await commands.revisions(kind ?? 'prompt', name ?? '') : await commands.findRevisions(hash);
    const columns = revisionColumns(context.clock, hash !== undefined);
    await printListing(context, { rows, columns, name: (row) => `revision/${row.id}` }, flags);
  });
}

type Rows<T> = (engine: Engine) => Listing<T> | Promise<Listing<T>>;

async function show<T>(context: Context, flags: GetFlags, rows: Rows<T>): Promise<void> {
  if (flags.watch === true) return watch(context, flags, rows);
  await withEngine(context, async (engine, live) => {
    await printListing(context, sorted(await rows(engine), flags.sortBy), flags);
    if (!live) context.note('no engine is running: this is what is recorded');
  });
}

/** What servers offer is known only while they run. */
async function showCatalog(context: Context, kind: CatalogKind, flags: GetFlags & CatalogFlags): Promise<void> {
  const rows = catalogListing(kind, flags);
  if (flags.watch === true) return watch(context, flags, rows);
  await withRunningEngine(context, async (engine) =>
    printListing(context, sorted(await rows(engine), flags.sortBy), flags),
  );
}

async function watch<T>(context: Context, flags: GetFlags, rows: Rows<T>): Promise<void> {
  await withRunningEngine(context, async (engine) => {
    const told = new RowWatch<T>(context, { format: flags.output, headers: flags.headers });
    const print = async (): Promise<void> => told.show(sorted(await rows(engine), flags.sortBy));
    let printed = print();
    await printed;
    // What cannot be asked for now (a server was deleted) is asked for at the next change.
    const stop = engine.subscribe(() => {
      printed = printed.then(print).catch(() => undefined);
    });
    await untilLost(engine).finally(stop);
  });
}

function servers(engine: Engine, flags: GetFlags, _context: Context): Listing<Server> {
  const rows = [...engine.view().servers.values()].filter(
    (server) => flags.project === undefined || server.project === flags.project,
  );
  return { rows, columns: serverColumns(engine.view()), name: (server) => `server/${server.name}` };
}

function instances(engine: Engine, flags: GetFlags, context: Context): Listing<InstanceView> {
  const rows = [...engine.view().instances.values()].filter(
    (row) => flags.project === undefined || row.project === flags.project,
  );
  const columns: readonly Column<InstanceView>[] = instanceColumns(context.clock);
  return { rows: sortedInstances(rows), columns, name: (row) => `instance/${row.name}` };
}

/** Orders rows: failing ones first, then by name; numbers in names count as numbers. */
export function sortedInstances(rows: readonly InstanceView[]): readonly InstanceView[] {
  const rank = (row: InstanceView): number => {
    if (row.phase === 'error') return 0;
    if (row.phase === 'running') return row.health === 'unhealthy' ? 1 : row.health === 'degraded' ? 2 : 4;
    return row.phase === 'stopped' ? 5 : 3;
  };
  return rows.toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'en', { numeric: true }));
}

function sessions(engine: Engine, flags: GetFlags, context: Context): Listing<SessionView> {
  const rows = [...engine.view().sessions.values()].filter(
    (row) => flags.project === undefined || row.project === flags.project,
  );
  return { rows, columns: sessionColumns(context.clock, engine.view()), name: (row) => `session/${row.id}` };
}

function upstreams(engine: Engine, { project }: GetFlags, { clock }: Context): Listing<UpstreamView> {
  const rows = [...engine.view().upstreams.values()].filter((row) => project === undefined || row.project === project);
  return { rows, columns: upstreamColumns(clock), name: (row) => `upstream/${row.server}` };
}

async function audit(context: Context, flags: AuditFlags): Promise<void> {
  const limit = Number(flags.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > 5_000) {
    throw new McptuiError('invalid', `--limit ${flags.limit} is not a whole number from 1 to 5000`);
  }
  const query = {
    limit,
    ...(flags.kind === undefined ? {} : { kind: flags.kind }),
    ...(flags.session === undefined ? {} : { session: flags.session }),
    ...(flags.text === undefined ? {} : { text: flags.text }),
  };
  const print = (events: readonly AuditEventView[], headers: boolean): Promise<void> =>
    printListing(
      context,
      { rows: events, columns: auditColumns, name: (event) => `event/${event.n}` },
      { ...flags, headers },
    );
  const follow = flags.watch === true ? withRunningEngine : withEngine;
  await follow(context, async (engine) => {
    const newest = (await engine.commands.events(query)).toReversed();
    await print(newest, flags.headers);
    if (flags.watch !== true) return;
    for (let last = newest.at(-1)?.n ?? 0; ;) {
      const arrived = await nextEvents(engine, last, query);
      if (arrived.length > 0) await print(arrived, false);
      last = arrived.at(-1)?.n ?? last;
    }
  });
}

/** Waits until something is there; the query filters, so an answer may still be empty. */
async function nextEvents(engine: Engine, after: number, query: object): Promise<readonly AuditEventView[]> {
  const arrived = Promise.withResolvers<void>();
  const stop = engine.onEvents(() => arrived.resolve());
  await untilLost(engine, arrived.promise).finally(stop);
  return engine.commands.events({ ...query, after, limit: 5_000 });
}
