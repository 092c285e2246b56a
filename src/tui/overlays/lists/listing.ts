/** Says what a list overlay needs to know of a kind of rows, and what its kinds have in common. */
import type { EngineCommands } from '../../../engine/index.ts';
import { cleanLines } from '../../../text/clean.ts';
import type { Line } from '../../kit/theme.ts';
import { failureText, type Ui } from '../../kit/ui.ts';
import { waitForRow } from '../../kit/wait-for-row.ts';
import { emptyField } from '../../state/field.ts';
import type { ListedKind, ListingState } from '../../state/overlays.ts';
import type { UiState } from '../../state/ui-store.ts';
import { commandsOf } from '../editor/content-job.ts';
import { editContent, type EditJob } from '../editor/edit-content.ts';
import { openEditor } from '../editor/editor-acts.ts';

export interface ListedRow {
  readonly id: string;
  /** How commands call it. */
  readonly name: string;
  /** A text for each column. */
  readonly cells: readonly string[];
}

type Act = (ui: Ui, row: ListedRow) => void;

/** One kind of rows. */
export interface Listing {
  readonly title: string;
  /** `project` */
  readonly noun: string;
  /** The last one gets what the others leave. */
  readonly columns: readonly string[];
  /** Of the project that is looked at, only its rows are listed. */
  readonly isScoped?: boolean;
  /** Undefined until they are known. */
  rows(state: UiState, overlay: ListingState): readonly ListedRow[] | undefined;
  /** Asks for rows that the view does not hold. */
  load?(ui: Ui): void;
  create(ui: Ui): void;
  /** Or why none is edited. */
  readonly edit: Act | string;
  readonly remove: Act;
  /** What else may be done with a row. */
  readonly act?: { readonly label: string; readonly run: Act };
  describe(row: ListedRow, state: UiState, overlay: ListingState, commands: EngineCommands): Promise<readonly Line[]>;
}

/** The list of this kind that is open, wherever it is on the stack. */
export function openedListing({ state }: Ui, of: ListedKind): ListingState | undefined {
  return [state.overlay, ...state.covered].find((one): one is ListingState => one?.kind === 'listing' && one.of === of);
}

/** Selects what was just made as soon as it is there. */
export function selectNew(ui: Ui, kind: Extract<ListedKind, 'projects' | 'agents'>, name: string): void {
  waitForRow(ui, kind, name, (id) => {
    const open = openedListing(ui, kind);
    if (open !== undefined) ui.put({ ...open, list: { ...open.list, selected: id, filter: '' } });
  });
}

/** Fetches what is edited and gives it to an editor, unless something else came up meanwhile. */
export function editIn(ui: Ui, make: () => Promise<EditJob>): void {
  const before = ui.state.overlay?.kind;
  make().then(
    (job) => {
      if (ui.state.overlay?.kind !== before) return;
      if (ui.terminal.edit === undefined) openEditor(ui, job);
      else editContent(ui, job);
    },
    (error: unknown) => ui.notify('bad', failureText(error)),
  );
}

/** Shows what an answer of the engine is made into; an error is said. */
export function load(ui: Ui, work: (commands: EngineCommands) => Promise<void>): void {
  Promise.resolve()
    .then(() => work(commandsOf(ui)))
    .catch((error: unknown) => ui.notify('bad', failureText(error)));
}

/** Why something new cannot be called so; undefined when it can. */
export function nameFault(noun: string, name: string, taken: Iterable<{ readonly name: string }>): string | undefined {
  if ([...taken].some((row) => row.name === name)) return `there is a ${noun} ${name}`.replace('a agent', 'an agent');
  if (/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/.test(name)) return undefined;
  return `${name} is not a name: use 1 to 64 of a-z, 0-9 and -, not - at an end`;
}

export interface Removal {
  readonly noun: string;
  readonly name: string;
  readonly lines: readonly string[];
  /** `delete`, `deleted` */
  readonly verb: string;
  readonly done: string;
  readonly act: (ui: Ui) => void;
}

/** Asks for the name of what is to be deleted. */
export function askToRemove(ui: Ui, { noun, name, lines, verb, done, act }: Removal): void {
  ui.ask({
    kind: 'type-name',
    title: `${verb.slice(0, 1).toUpperCase()}${verb.slice(1)} ${noun} ${name}?`,
    lines,
    name,
    otherwise: `nothing was ${done}`,
    field: emptyField,
    act,
  });
}

const labelWidth = 15;

/** `project   ops`; nothing for nothing. */
export function fact(label: string, value: string): readonly Line[] {
  return value === ''
    ? []
    : cleanLines(value).map((line, index): Line => [[(index === 0 ? label : '').padEnd(labelWidth), 'dim'], line]);
}

/** `-` for none of them. */
export function namesOf(rows: Iterable<{ readonly name: string }>): string {
  return [...rows].map(({ name }) => name).join(', ') || '-';
}

export const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
