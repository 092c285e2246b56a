/** Imports servers of clients' files: shown before anything is made. */
import { applyImport } from '../../clients/import/apply.ts';
import type { ImportItem } from '../../clients/import/draft.ts';
import type { FoundFile } from '../../clients/import/plan.ts';
import { readFound, readText } from '../../clients/import/read-files.ts';
import { changeWords, shownItem, sourceWords } from '../../clients/import/words.ts';
import { foundPlaces } from '../../clients/places.ts';
import { clientNamed, clients } from '../../clients/table.ts';
import { readOnlyError } from '../../engine/commands/read-only.ts';
import type { Engine } from '../../engine/index.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { noSuch } from '../../kernel/no-such.ts';
import { readInput } from '../content/text-file.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { renderListing, type Format } from '../output.ts';
import { readHidden } from '../hidden-input.ts';
import { machineOf } from './machine.ts';
import { plannedItems } from './planned-items.ts';
import { isAgreed, type AskFlags } from './preview.ts';

/** How what is planned is shown. */
export interface ShownFlags {
  readonly dryRun?: boolean;
  readonly output: Format;
}

export interface ImportFlags extends AskFlags, ShownFlags {
  readonly server: readonly string[];
  readonly project: string;
  readonly start?: boolean;
  readonly literal?: boolean;
}

export async function importFromClients(
  context: Context,
  engine: Engine,
  live: boolean,
  from: string | undefined,
  flags: ImportFlags,
): Promise<void> {
  const files = await filesFrom(context, from);
  const planned = chosen(await plannedItems(context, engine, files, flags), flags.server);
  const items = planned.map((item) => (context.isTty || flags.dryRun === true ? item : withoutQuestions(item)));
  const rows = items.filter(({ state }) => state === 'new');
  await show(context, items, flags);
  if (flags.server.length > 0 && items.some(({ state }) => state === 'refused')) process.exitCode = exitCodes.failure;
  if (flags.dryRun === true) return;
  if (rows.length === 0) return context.note('nothing to import');
  if (context.access.isReadOnly) throw readOnlyError();
  const secrets = new Set(rows.flatMap((item) => item.secrets.map(({ name }) => name))).size;
  const what = `import ${counted(rows.length, 'server')}${secrets === 0 ? '' : ` and keep ${counted(secrets, 'secret')}`}`;
  if (!(await isAgreed(context, what, flags))) return;
  await carryOut(context, engine, rows, live);
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

async function filesFrom(context: Context, from: string | undefined): Promise<readonly FoundFile[]> {
  const machine = machineOf(context);
  const client = from === undefined ? undefined : clientNamed(from);
  if (from !== undefined && client === undefined) {
    if (from !== '-' && !/[./\\]/.test(from)) {
      throw noSuch(
        'client',
        from,
        clients.map(({ name }) => name),
        'a file is named with its folder or its ending: ./mcp.json',
      );
    }
    return [await readText(from === '-' ? 'stdin' : from, await readInput(from))];
  }
  const places = foundPlaces(machine).filter((place) => client === undefined || place.client === client);
  if (places.length > 0) return readFound(places);
  throw new McptuiError('not-found', `no file of ${client?.title ?? 'a client that mcptui knows'} was found`, {
    hint: 'name a file: mcptui import ./mcp.json',
  });
}

/** @throws McptuiError `not-found` for an entry that there is not */
function chosen(items: readonly ImportItem[], wanted: readonly string[]): readonly ImportItem[] {
  const names = new Set(items.flatMap(({ name, from }) => [name, from.entry]));
  for (const name of wanted) if (!names.has(name)) throw noSuch('entry', name, names, 'mcptui import --dry-run');
  return wanted.length === 0
    ? items
    : items.filter(({ name, from }) => wanted.includes(name) || wanted.includes(from.entry));
}

/** Nobody can be asked. */
export function withoutQuestions(item: ImportItem): ImportItem {
  const [need] = item.needs;
  if (need === undefined || item.state !== 'new') return item;
  const { draft: _draft, ...rest } = item;
  const reason = `asks for "${need.title}": mcptui create secret ${need.secret}, then import again`;
  return { ...rest, state: 'refused', secrets: [], needs: [], reason };
}

export async function show(
  context: Context,
  items: readonly ImportItem[],
  { output, dryRun }: ShownFlags,
): Promise<void> {
  if (output !== 'table' && output !== 'wide') {
    const rows = items.map(shownItem);
    context.print(await renderListing({ rows, columns: [], name: (row) => `server/${row.name}` }, output));
    return;
  }
  const text = previewText(items);
  if (dryRun === true) context.print(text);
  else context.note(text);
}

/** A block for each entry: what it becomes, and how. */
export function previewText(items: readonly ImportItem[]): string {
  const count = (state: ImportItem['state']): number => items.filter((item) => item.state === state).length;
  const head = `${counted(items.length, 'entry').replace('entrys', 'entries')}: ${count('new')} new, ${count('same')} the same, ${count('refused')} refused`;
  const lines = items.flatMap((item) => {
    const { state, name, from, draft } = item;
    const mark = { new: '+', same: '=', refused: '✗' }[state];
    const what = draft === undefined ? '' : `  ${sourceWords(draft)}`;
    return [
      `${mark} ${name || '-'}  (${from.title}, ${from.scope})${what}`,
      ...changeWords(item).map((change) => `    ${change}`),
    ];
  });
  return [head, ...lines].join('\n');
}

/** Asks for what only a person knows, creates the servers, and says how it went. */
export async function carryOut(
  context: Context,
  { commands }: Engine,
  items: readonly ImportItem[],
  live: boolean,
): Promise<readonly ImportItem[]> {
  const typed = new Map<string, string>();
  for (const { secret, title } of items.flatMap(({ needs }) => needs)) {
    if (!typed.has(secret)) typed.set(secret, await readHidden(`${title} (not shown): `));
  }
  const done = await applyImport(commands, items, typed);
  const made = done.filter(({ error }) => error === undefined).map(({ item }) => item);
  for (const { item, error } of done) {
    if (error !== undefined) context.note(`${item.name} was not imported: ${error}`);
    else context.print(`server ${item.name} created in project ${item.draft?.project ?? ''}`);
  }
  if (made.length < done.length) process.exitCode = exitCodes.failure;
  const stopped = made.filter(({ draft }) => draft?.replicas === 0).map(({ name }) => name);
  if (stopped.length > 0) context.note(`they are stopped; to start one: mcptui scale ${stopped[0] ?? ''} 1`);
  else if (!live) context.note('no engine is running: they start with the next mcptui or mcptui --daemon');
  return made;
}
