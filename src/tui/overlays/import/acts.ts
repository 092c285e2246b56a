/** Does what the import asks for: plans, types what only a person knows, imports, connects. */
import { applyImport, type Applied } from '../../../clients/import/apply.ts';
import type { ImportItem } from '../../../clients/import/draft.ts';
import type { EngineCommands } from '../../../engine/index.ts';
import { cleanLines } from '../../../text/clean.ts';
import { plural } from '../../../text/format.ts';
import type { PlannedConnection } from '../../kit/client-files.ts';
import type { Line } from '../../kit/theme.ts';
import { failureText, type Said, type Ui } from '../../kit/ui.ts';
import type { ImportRow, ImportState } from '../../state/import.ts';
import { openText } from '../text.ts';
import { keptOf, rowsOf } from './kept.ts';

/** Reads the files of all clients, and lists what would become of each entry. */
export function openImport(ui: Ui): void {
  const { commands, terminal, state } = ui;
  const { view } = state;
  if (commands === undefined || view === undefined) return ui.notify('info', 'the engine is still starting');
  const { clients } = terminal;
  if (clients === undefined) return ui.notify('info', 'this console cannot look into the files of clients');
  const overlay: ImportState = { kind: 'import', key: {}, rows: undefined, chosen: [], index: 0, starts: false };
  ui.open(overlay);
  clients.plan({ commands, view: () => ui.state.view ?? view }, { project: projectOf(ui), start: false }).then(
    (items) => {
      const kept = keptOf(overlay.key);
      kept.items = items;
      const rows = rowsOf(kept);
      const opened = ui.opened<ImportState>(overlay);
      if (opened !== undefined) ui.put({ ...opened, rows, chosen: rows.filter(isReady).map(({ id }) => id) });
    },
    (error: unknown) => {
      ui.notify('bad', failureText(error));
      const opened = ui.opened<ImportState>(overlay);
      if (opened !== undefined) ui.close(opened);
    },
  );
}

const projectOf = (ui: Ui): string => ui.state.project ?? 'default';

export const isReady = ({ state, needs }: ImportRow): boolean => state === 'new' && needs.length === 0;

/** Asks for the first value that this one still needs. */
export function typeNeed(ui: Ui, overlay: ImportState, row: ImportRow): void {
  const kept = keptOf(overlay.key);
  const need = kept.items.find(({ id }) => id === row.id)?.needs.find(({ secret }) => !kept.typed.has(secret));
  if (need === undefined) return ui.notify('info', `${row.name} asks for nothing`);
  ui.askHidden({
    title: `${row.name} asks for a value`,
    about: [`It is kept in the encrypted file as ${need.secret}.`],
    label: need.title,
    act(after, value) {
      kept.typed.set(need.secret, value);
      const opened = after.opened<ImportState>(overlay);
      if (opened === undefined) return;
      const rows = rowsOf(kept);
      const before = new Set(opened.rows?.filter(isReady).map(({ id }) => id));
      const fresh = rows.filter((one) => isReady(one) && !before.has(one.id)).map(({ id }) => id);
      after.put({ ...opened, rows, chosen: [...opened.chosen, ...fresh] });
    },
  });
}

/** Where it comes from and how it is changed. */
export function detailLines({ name, from, file, source, changes }: ImportRow): readonly Line[] {
  return [
    [['server   ', 'dim'], name],
    [['from     ', 'dim'], from],
    ...cleanLines(file).map((line): Line => [['file     ', 'dim'], line]),
    ...(source === '' ? [] : cleanLines(source).map((line): Line => [['runs     ', 'dim'], line])),
    [],
    ...changes.flatMap((change) => cleanLines(change).map((line): Line => [line])),
  ];
}

function chosenItems({ key, chosen, starts }: ImportState): readonly ImportItem[] {
  return keptOf(key)
    .items.filter(({ id }) => chosen.includes(id))
    .map((item) =>
      starts && !item.isDisabled && item.draft !== undefined
        ? { ...item, draft: { ...item.draft, replicas: 1 } }
        : item,
    );
}

function importedWords(done: readonly Applied[], starts: boolean): Said {
  const failed = done.filter(({ error }) => error !== undefined);
  const made = done.length - failed.length;
  const [first] = failed;
  if (first !== undefined) {
    return [
      'bad',
      `${plural(made, 'server')} imported, ${failed.length} not: ${first.item.name}: ${first.error ?? ''}`,
    ];
  }
  const [{ item } = { item: undefined }] = done;
  const next = starts ? '' : `, stopped · mcptui scale ${item?.name ?? 'NAME'} 1 starts one`;
  return ['ok', `${plural(made, 'server')} imported${next}`];
}

/** Creates the chosen servers. */
export function importChosen(ui: Ui, overlay: ImportState): void {
  const items = chosenItems(overlay);
  ui.close(overlay);
  ui.run(
    `importing ${plural(items.length, 'server')} …`,
    (done: readonly Applied[]) => importedWords(done, overlay.starts),
    (commands) => applyImport(commands, items, keptOf(overlay.key).typed),
  );
}

/** Shows what connecting would write into each file, and asks; then imports and connects. */
export function importAndConnect(ui: Ui, overlay: ImportState): void {
  const items = chosenItems(overlay);
  const { clients } = ui.terminal;
  if (clients === undefined) return;
  clients.connections(items, projectOf(ui)).then(
    (planned) => {
      if (ui.opened<ImportState>(overlay) === undefined) return;
      if (planned.length === 0) return ui.notify('info', 'these clients are connected already: i imports alone');
      openText(ui, 'What connecting writes', planned.flatMap(diffLines));
      askToConnect(ui, overlay, items, planned);
    },
    (error: unknown) => ui.notify('bad', failureText(error)),
  );
}

const diffLines = ({ diff }: PlannedConnection): readonly Line[] => [
  ...cleanLines(diff).map((line): Line => [
    [line, line.startsWith('+') ? 'ok' : line.startsWith('-') ? 'bad' : 'plain'],
  ]),
  [],
];

function askToConnect(
  ui: Ui,
  overlay: ImportState,
  items: readonly ImportItem[],
  planned: readonly PlannedConnection[],
): void {
  const text = ui.state.overlay;
  ui.ask({
    kind: 'confirm',
    title: `Import ${plural(items.length, 'server')} and connect ${plural(planned.length, 'client')}?`,
    lines: [
      ...planned.map(({ title, file }) => `${title}: ${file}`),
      'mcptui connect CLIENT --dry-run shows each change whole, mcptui disconnect CLIENT takes it back.',
    ],
    yes: 'import and connect',
    no: 'no, back to the list',
    declined: (after) => after.close(text),
    act(after) {
      after.close(text);
      after.close(after.opened<ImportState>(overlay));
      after.run(
        `importing ${plural(items.length, 'server')} …`,
        ({ done, connected, failure }: CarriedOut) => connectedWords(done, connected, failure, overlay.starts),
        (commands) => carryOut(commands, items, keptOf(overlay.key).typed, planned),
      );
    },
  });
}

interface CarriedOut {
  readonly done: readonly Applied[];
  readonly connected: readonly string[];
  readonly failure: string | undefined;
}

/** One client after the other: what fails is said, and the others are connected. */
async function carryOut(
  commands: EngineCommands,
  items: readonly ImportItem[],
  typed: ReadonlyMap<string, string>,
  planned: readonly PlannedConnection[],
): Promise<CarriedOut> {
  const done = await applyImport(commands, items, typed);
  const connected: string[] = [];
  let failure: string | undefined;
  for (const { title, write } of planned) {
    try {
      await write();
      connected.push(title);
    } catch (error) {
      failure ??= failureText(error);
    }
  }
  return { done, connected, failure };
}

function connectedWords(
  done: readonly Applied[],
  connected: readonly string[],
  failure: string | undefined,
  starts: boolean,
): Said {
  const [tone, text] = importedWords(done, starts);
  if (failure !== undefined) return ['bad', failure];
  return [tone, `${connected.join(', ')} connected · ${text}`];
}
