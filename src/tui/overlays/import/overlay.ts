/** Lists what an import would make of the servers of agents' clients: choose, look, import, connect. */
import { clean, fit, widthOf } from '../../../text/clean.ts';
import { plural } from '../../../text/format.ts';
import { box } from '../../kit/box.ts';
import { always, bind, type Binding } from '../../kit/keymap.ts';
import { layoutOf, windowTop } from '../../kit/layout.ts';
import type { OverlayKind, OverlayRows } from '../../kit/overlay.ts';
import { target, type Move } from '../../kit/scroll.ts';
import { glyphs, type Line } from '../../kit/theme.ts';
import type { ImportRow, ImportState } from '../../state/import.ts';
import type { UiState } from '../../state/ui-store.ts';
import { openText } from '../text.ts';
import { detailLines, importAndConnect, importChosen, isReady, openImport, typeNeed } from './acts.ts';

const open = ({ overlay }: UiState): ImportState | string =>
  overlay?.kind === 'import' ? overlay : 'no import is open: :import opens one';

interface Under {
  readonly list: ImportState;
  readonly row: ImportRow;
}

function under(state: UiState): Under | string {
  const list = open(state);
  if (typeof list === 'string') return list;
  if (list.rows === undefined) return 'the files are still being read';
  const row = list.rows[list.index];
  return row === undefined ? 'no client has a server' : { list, row };
}

function withChoice(state: UiState): ImportState | string {
  const list = open(state);
  return typeof list === 'string' || list.chosen.length > 0 ? list : 'nothing is chosen: space chooses';
}

const move = (id: string, keys: readonly string[], help: string, by: Move): Binding =>
  bind({
    id: `import.${id}`,
    keys,
    focus: 'import',
    help,
    repeats: true,
    target: open,
    run: (list, ui) => ui.put({ ...list, index: target(by, list.index, list.rows?.length ?? 0, pageOf(ui.state)) }),
  });

const keymap: readonly Binding[] = [
  bind({
    id: 'import.choose',
    keys: ['space'],
    focus: 'import',
    help: 'choose it, or not',
    target(state) {
      const found = under(state);
      if (typeof found === 'string' || isReady(found.row)) return found;
      const { name, state: is, changes, needs } = found.row;
      if (is === 'new') return `${name} asks for ${needs.join(', ')}: n to type it`;
      return `${name}: ${changes[0] ?? 'it cannot be imported'}`;
    },
    run({ list, row: { id } }, ui) {
      const isChosen = list.chosen.includes(id);
      ui.put({ ...list, chosen: isChosen ? list.chosen.filter((one) => one !== id) : [...list.chosen, id] });
    },
  }),
  bind({
    id: 'import.detail',
    keys: ['enter'],
    focus: 'import',
    help: 'where it is from, and how it is changed',
    target: under,
    run: ({ row }, ui) => openText(ui, row.name === '' ? row.from : `server ${row.name}`, detailLines(row)),
  }),
  bind({
    id: 'import.type',
    keys: ['n'],
    focus: 'import',
    help: 'type a value that it asks for; it is not shown',
    dangerous: true,
    target: under,
    run: ({ list, row }, ui) => typeNeed(ui, list, row),
  }),
  bind({
    id: 'import.starts',
    keys: ['s'],
    focus: 'import',
    help: 'start them at once, or leave them stopped',
    target: open,
    run: (list, ui) => ui.put({ ...list, starts: !list.starts }),
  }),
  bind({
    id: 'import.import',
    keys: ['i'],
    focus: 'import',
    help: 'import those that are chosen',
    dangerous: true,
    target: withChoice,
    run: (list, ui) => importChosen(ui, list),
  }),
  bind({
    id: 'import.connect',
    keys: ['c'],
    focus: 'import',
    help: 'import them and connect their clients; shows what is written, and asks',
    dangerous: true,
    target: withChoice,
    run: (list, ui) => importAndConnect(ui, list),
  }),
  move('down', ['down', 'j'], 'the one below', { by: 1 }),
  move('up', ['up', 'k'], 'the one above', { by: -1 }),
  move('page-down', ['pgdn', 'ctrl-d'], 'a page down', { pages: 1 }),
  move('page-up', ['pgup', 'ctrl-u'], 'a page up', { pages: -1 }),
  move('first', ['home', 'g'], 'the first', { to: 'first' }),
  move('last', ['end', 'G'], 'the last', { to: 'last' }),
  bind({
    id: 'import.close',
    keys: ['esc', 'q'],
    focus: 'import',
    help: 'leave all as it is',
    target: open,
    run: (_list, ui) => ui.close(),
  }),
];

const pageOf = (state: UiState): number => Math.max(1, layoutOf(state).body - 2);

const gap = 2;

function rowLine({ chosen }: ImportState, one: ImportRow, isUnder: boolean, widths: readonly number[]): Line {
  const [nameWidth = 0, fromWidth = 0, sourceWidth = 0] = widths;
  const { name, from, source, state, changes, needs } = one;
  const asks = needs.length === 0 ? [] : [`needs ${needs.join(', ')}: n to type it`];
  const isBad = state === 'refused' || asks.length > 0;
  const words = [...asks, ...(asks.length > 0 ? [] : changes)].join(' · ');
  return [
    [isUnder ? ' ▸ ' : '   ', 'accent'],
    [chosen.includes(one.id) ? '[x] ' : state === 'new' ? '[ ] ' : '    ', chosen.includes(one.id) ? 'ok' : 'plain'],
    [`${fit(clean(name === '' ? '-' : name), nameWidth - gap)}  `, isUnder ? 'strong' : 'plain'],
    [fromWidth === 0 ? '' : `${fit(clean(from), fromWidth - gap)}  `, 'dim'],
    sourceWidth === 0 ? '' : `${fit(clean(source), sourceWidth - gap)}  `,
    [isBad ? `${glyphs.bad} ` : state === 'same' ? '= ' : '', isBad ? 'bad' : 'dim'],
    [clean(words), isBad ? 'warn' : 'dim'],
  ];
}

function countWords(rows: readonly ImportRow[]): string {
  const count = (state: ImportRow['state']): number => rows.filter((one) => one.state === state).length;
  const clients = new Set(rows.map(({ from }) => from.split(' ', 1)[0])).size;
  const head = `${plural(rows.length, 'server')} in ${plural(clients, 'client')}`;
  return `${head} · ${count('new')} new · ${count('same')} the same · ${count('refused')} refused`;
}

export const importOverlay: OverlayKind<ImportState> = {
  keymap,
  focuses: () => ['import'],
  view(state, list): OverlayRows {
    const { style } = state;
    const { columns, body } = layoutOf(state);
    const { rows, index } = list;
    const title: Line = [['Import', 'strong']];
    if (rows === undefined)
      return { top: 0, rows: box(style, columns, body, title, '', [[], ['  reading the files of your clients …']]) };
    if (rows.length === 0) {
      const nothing: Line[] = [[], ['  no client on this machine has a server · n adds one by hand']];
      return { top: 0, rows: box(style, columns, body, title, '', nothing) };
    }
    const page = pageOf(state);
    const top = windowTop(index - Math.floor(page / 2), index, page, rows.length);
    const shown = rows.slice(top, top + page);
    const widest = (texts: readonly string[], most: number): number =>
      Math.min(
        most,
        texts.reduce((sum, text) => Math.max(sum, widthOf(clean(text))), 4),
      ) + gap;
    const widths = [
      widest(
        shown.map(({ name }) => name),
        24,
      ),
      columns < 100
        ? 0
        : widest(
            shown.map(({ from }) => from),
            22,
          ),
      widest(
        shown.map(({ source }) => source),
        columns < 100 ? 24 : 36,
      ),
    ];
    const lines = shown.map((one, slot) => rowLine(list, one, top + slot === index, widths));
    return { top: 0, rows: box(style, columns, body, title, countWords(rows), lines) };
  },
  hint({ chosen, starts, rows }) {
    if (rows === undefined || rows.length === 0) return 'Esc closes';
    const start = `s start: ${starts ? 'yes' : 'no'}`;
    return `space choose · enter details · ${start} · i import ${chosen.length} · c and connect · Esc leaves`;
  },
};

/** Opens it from the start page, and from anywhere by name. */
export const openImportKeymap: readonly Binding[] = [
  bind({
    id: 'server.import',
    // Another key than the one that imports.
    keys: ['I'],
    focus: 'instances',
    help: 'import servers of your agents’ clients: shows what becomes of each',
    hint: ({ view }) => (view?.instances.size === 0 ? 'import' : undefined),
    target: always,
    run: (_state, ui) => openImport(ui),
  }),
  bind({
    id: 'app.import',
    keys: [],
    focus: 'global',
    help: 'servers of your agents’ clients: what an import would make of each',
    target: always,
    run: (_state, ui) => openImport(ui),
  }),
];
