/** Lists projects, agents or tokens over the pane: new, edit, delete, describe, filter. */
import { insertText } from '../../kit/field.ts';
import { always, bind, type Binding } from '../../kit/keymap.ts';
import { movedIn, selectedIndex } from '../../kit/list.ts';
import type { OverlayKind } from '../../kit/overlay.ts';
import type { Move } from '../../kit/scroll.ts';
import type { Ui } from '../../kit/ui.ts';
import { fieldOf } from '../../state/field.ts';
import { newList } from '../../state/list.ts';
import type { ListedKind, ListingState } from '../../state/overlays.ts';
import type { UiState } from '../../state/ui-store.ts';
import { openText } from '../text.ts';
import { load, type ListedRow, type Listing } from './listing.ts';
import { listingRows } from './paint.ts';
import { listings, pageOf, shownIn } from './shown.ts';

export function openListing(ui: Ui, of: ListedKind): void {
  const unknown = {
    tokens: undefined,
    models: undefined,
    backends: undefined,
    roles: undefined,
    bindings: undefined,
  };
  ui.open({ kind: 'listing', key: {}, of, list: newList, typed: undefined, ...unknown });
  listings[of].load?.(ui);
}

const open = (state: UiState): ListingState | string =>
  state.overlay?.kind === 'listing'
    ? state.overlay
    : 'no list is open: :projects, :agents, :tokens, :models, :backends, :roles and :bindings open one';

interface Picked {
  readonly overlay: ListingState;
  readonly listing: Listing;
  readonly row: ListedRow;
}

function current(state: UiState): Picked | string {
  const overlay = open(state);
  if (typeof overlay === 'string') return overlay;
  const listing = listings[overlay.of];
  const rows = shownIn(state, overlay);
  if (rows === undefined) return 'the engine is still being asked';
  const row = rows[selectedIndex(rows, overlay.list)];
  return row === undefined ? `no ${listing.noun} is listed` : { overlay, listing, row };
}

const move = (id: string, keys: readonly string[], help: string, by: Move): Binding =>
  bind({
    id: `listing.${id}`,
    keys,
    focus: 'listing',
    help,
    repeats: true,
    target: open,
    run(overlay, ui) {
      const list = movedIn(shownIn(ui.state, overlay) ?? [], overlay.list, by, pageOf(ui.state, overlay));
      ui.put({ ...overlay, list });
    },
  });

const keymap: readonly Binding[] = [
  move('down', ['down', 'j'], 'the row below', { by: 1 }),
  move('up', ['up', 'k'], 'the row above', { by: -1 }),
  move('page-down', ['pgdn', 'ctrl-d'], 'a page down', { pages: 1 }),
  move('page-up', ['pgup', 'ctrl-u'], 'a page up', { pages: -1 }),
  move('first', ['home', 'g'], 'the first row', { to: 'first' }),
  move('last', ['end', 'G'], 'the last row', { to: 'last' }),
  bind({
    id: 'listing.describe',
    keys: ['enter'],
    focus: 'listing',
    help: 'all that is known of it, as a text',
    target: current,
    run: ({ overlay, listing, row }, ui) =>
      load(ui, async (commands) => {
        const lines = await listing.describe(row, ui.state, overlay, commands);
        if (ui.opened<ListingState>(overlay) === ui.state.overlay) openText(ui, `${listing.noun} ${row.name}`, lines);
      }),
  }),
  bind({
    id: 'listing.new',
    keys: ['n'],
    focus: 'listing',
    help: 'a new one',
    dangerous: true,
    target: open,
    run: ({ of }, ui) => listings[of].create(ui),
  }),
  bind({
    id: 'listing.edit',
    keys: ['e'],
    focus: 'listing',
    help: 'edit it in your editor: a project’s instructions, a model',
    dangerous: true,
    target: current,
    run({ listing: { edit }, row }, ui) {
      if (typeof edit === 'string') ui.notify('info', edit);
      else edit(ui, row);
    },
  }),
  bind({
    id: 'listing.delete',
    keys: ['D'],
    focus: 'listing',
    help: 'delete it, or revoke the token: type its name to confirm',
    dangerous: true,
    target: current,
    run: ({ listing, row }, ui) => listing.remove(ui, row),
  }),
  bind({
    id: 'listing.act',
    keys: ['t'],
    focus: 'listing',
    help: 'try a model; gate a project, or open its gate',
    dangerous: true,
    target: current,
    run({ listing: { act, noun }, row }, ui) {
      if (act === undefined) ui.notify('info', `there is nothing to try of a ${noun}`);
      else act.run(ui, row);
    },
  }),
  bind({
    id: 'listing.copy',
    keys: ['y'],
    focus: 'listing',
    help: 'copy its name',
    target: current,
    run({ row: { name } }, ui) {
      ui.terminal.copy(name);
      ui.notify('ok', `${name} sent to the terminal's clipboard (OSC 52)`);
    },
  }),
  bind({
    id: 'listing.filter',
    keys: ['/'],
    focus: 'listing',
    help: 'filter: word, !word, ~fuzzy, /regex/',
    target: open,
    run: (overlay, ui) => ui.put({ ...overlay, typed: fieldOf(overlay.list.filter) }),
  }),
  bind({
    id: 'listing.close',
    keys: ['esc', 'q'],
    focus: 'listing',
    help: 'clear the filter, then close the list',
    target: open,
    run(overlay, ui) {
      if (overlay.list.filter === '') ui.close();
      else ui.put({ ...overlay, list: { ...overlay.list, filter: '' } });
    },
  }),
  bind({
    id: 'listing-filter.keep',
    keys: ['enter'],
    focus: 'listing-filter',
    help: 'keep the filter',
    target: open,
    run: (overlay, ui) => ui.put({ ...overlay, typed: undefined }),
  }),
  bind({
    id: 'listing-filter.clear',
    keys: ['esc'],
    focus: 'listing-filter',
    help: 'clear the filter',
    repeats: true,
    target: open,
    run: (overlay, ui) => ui.put({ ...overlay, typed: undefined, list: { ...overlay.list, filter: '' } }),
  }),
];

function hintOf({ noun, edit, act }: Listing): string {
  const edits = typeof edit === 'string' ? '' : ' · e edit';
  const acts = act === undefined ? '' : ` · t ${act.label}`;
  const removes = noun === 'token' ? 'revoke…' : 'delete…';
  return `enter detail · n new${edits}${acts} · D ${removes} · y copy · / filter · Esc closes`;
}

export const listingOverlay: OverlayKind<ListingState> = {
  keymap,
  focuses: ({ typed }) => [typed === undefined ? 'listing' : 'listing-filter'],
  view: listingRows,
  hint: ({ of, typed }) =>
    typed === undefined ? hintOf(listings[of]) : 'type a part of a row · enter keeps it · Esc clears it',
  line: (overlay) =>
    overlay.typed === undefined
      ? undefined
      : {
          field: overlay.typed,
          put: (ui, typed) =>
            ui.put({ ...overlay, typed, list: { ...overlay.list, filter: typed.text, at: 0, top: 0 } }),
        },
  onPaste(ui, overlay, text) {
    const { typed } = overlay;
    if (typed === undefined) return ui.notify('info', 'pasted text: ignored, keys are pressed one at a time');
    const field = insertText(typed, text.split(/[\r\n]/, 1)[0] ?? '');
    ui.put({ ...overlay, typed: field, list: { ...overlay.list, filter: field.text, at: 0, top: 0 } });
  },
};

const listedKinds: readonly (readonly [kind: ListedKind, help: string])[] = [
  ['projects', 'list of projects: new, edit the instructions, delete'],
  ['agents', 'list of agents: new, edit, delete'],
  ['tokens', 'list of tokens for connections over TCP: new, revoke'],
  ['models', 'list of models that choose prompts: new, edit, try, delete'],
  ['roles', 'list of roles: what each allows, who has it; delete'],
  ['bindings', 'list of bindings: who has which role where; new, take away'],
  ['backends', 'list of backends of secrets: how each answers, new, edit, test, delete'],
];

/** Opens the lists from anywhere, by name. */
export const openListKeymap: readonly Binding[] = listedKinds.map(([kind, help]) =>
  bind({
    id: `app.${kind}`,
    keys: [],
    focus: 'global',
    help,
    target: always,
    run: (_state, ui) => openListing(ui, kind),
  }),
);
