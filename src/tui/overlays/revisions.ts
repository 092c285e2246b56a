/** Lists the revisions of a server over the pane: two of them are compared, one is restored. */
import type { DiffView, ServerRevisionView } from '../../engine/index.ts';
import { clean, fit } from '../../text/clean.ts';
import { plural, timeLabel } from '../../text/format.ts';
import { box } from '../kit/box.ts';
import { person } from '../kit/describe.ts';
import { diffDraft } from '../kit/diff/text.ts';
import { bind, type Binding } from '../kit/keymap.ts';
import { layoutOf, windowTop } from '../kit/layout.ts';
import type { OverlayKind, OverlayRows } from '../kit/overlay.ts';
import { target, type Move } from '../kit/scroll.ts';
import type { Line } from '../kit/theme.ts';
import { failureText, type Ui } from '../kit/ui.ts';
import { viewerRows, viewerWords } from '../kit/viewer/paint.ts';
import { withoutPatterns, type ShownText } from '../kit/viewer/reading.ts';
import { otherMode } from '../state/diff-settings.ts';
import type { RevisionsState } from '../state/overlays.ts';
import type { UiState } from '../state/ui-store.ts';
import { newViewer } from '../state/viewer.ts';

type Restore = (ui: Ui, number: number) => void;

/** What restoring does, by key of the overlay. */
const restores = new WeakMap<object, Restore>();

/** Newest first; at least one. */
export function openRevisions(ui: Ui, server: string, rows: readonly ServerRevisionView[], restore: Restore): void {
  const key = {};
  restores.set(key, restore);
  ui.open({ kind: 'revisions', key, server, rows, index: 0, marks: [], diff: undefined });
}

const open = ({ overlay }: UiState): RevisionsState | string =>
  overlay?.kind === 'revisions' ? overlay : 'no revisions are listed: h lists those of a server';

interface Chosen {
  readonly list: RevisionsState;
  readonly row: ServerRevisionView;
}

function chosen(state: UiState): Chosen | string {
  const list = open(state);
  if (typeof list === 'string') return list;
  const row = list.rows[list.index];
  return row === undefined ? 'there is no revision' : { list, row };
}

/** The older one first: the marked ones, else the marked or the live one and the one chosen; of the live one alone, what it changed. */
export function pairOf({
  rows,
  marks,
  index,
}: Pick<RevisionsState, 'rows' | 'marks' | 'index'>): readonly [number, number] | undefined {
  const at = rows[index]?.number;
  const live = rows.find(({ isCurrent }) => isCurrent)?.number ?? rows[0]?.number;
  const [first, second] = marks.length === 2 ? marks : [marks[0] ?? live, at];
  if (first === undefined || second === undefined) return undefined;
  if (first !== second) return first < second ? [first, second] : [second, first];
  const before = rows[rows.findIndex(({ number }) => number === first) + 1]?.number;
  return before === undefined ? undefined : [before, first];
}

function compare(ui: Ui, list: RevisionsState): void {
  const pair = pairOf(list);
  if (pair === undefined) return ui.notify('info', 'there is no revision before this one');
  const { commands } = ui;
  if (commands === undefined) return ui.notify('info', 'the engine is still starting');
  const [older, newer] = pair;
  commands.diffServer(list.server, older, newer).then(
    (view) => {
      const opened = ui.opened<RevisionsState>(list);
      if (opened !== undefined) ui.put({ ...opened, diff: { view, read: newViewer } });
    },
    (error: unknown) => ui.notify('bad', failureText(error)),
  );
}

function diffText(state: UiState, list: RevisionsState): ShownText | undefined {
  const { diff } = list;
  if (diff === undefined) return undefined;
  const { columns, body } = layoutOf(state);
  return {
    ...diffDraft(state, diff.view),
    view: diff.read,
    width: Math.max(8, columns - 4),
    rows: Math.max(1, body - 2),
    name: `server-${list.server}.diff`,
    put(ui, read) {
      const opened = ui.opened<RevisionsState>(list);
      if (opened?.diff !== undefined) ui.put({ ...opened, diff: { ...opened.diff, read } });
    },
  };
}

const move = (id: string, keys: readonly string[], help: string, by: Move): Binding =>
  bind({
    id: `revisions.${id}`,
    keys,
    focus: 'revisions',
    help,
    repeats: true,
    target: open,
    run: (list, ui) => ui.put({ ...list, index: target(by, list.index, list.rows.length, pageOf(ui.state)) }),
  });

const restoring = (focus: 'revisions' | 'revisions-diff'): Binding =>
  bind<Chosen>({
    id: `${focus}.restore`,
    keys: ['B'],
    focus,
    help: 'restore the chosen revision, as a new one; what restarts is shown first',
    dangerous: true,
    target(state) {
      const found = chosen(state);
      if (typeof found === 'string' || !found.row.isCurrent) return found;
      return `revision ${found.row.number} is live: nothing to restore`;
    },
    run: ({ list, row }, ui) => restores.get(list.key)?.(ui, row.number),
  });

const keymap: readonly Binding[] = [
  bind<Chosen>({
    id: 'revisions.compare',
    keys: ['enter', 'd'],
    focus: 'revisions',
    help: 'what differs: between the marked ones, or from what is live',
    target: chosen,
    run: ({ list }, ui) => compare(ui, list),
  }),
  bind<Chosen>({
    id: 'revisions.mark',
    keys: ['space'],
    focus: 'revisions',
    help: 'mark a revision; two marks are compared',
    target: chosen,
    run({ list, row: { number } }, ui) {
      const others = list.marks.filter((mark) => mark !== number);
      const marks = others.length < list.marks.length ? others : [...others, number].slice(-2);
      ui.put({ ...list, marks });
    },
  }),
  restoring('revisions'),
  move('down', ['down', 'j'], 'the one below', { by: 1 }),
  move('up', ['up', 'k'], 'the one above', { by: -1 }),
  move('page-down', ['pgdn', 'ctrl-d'], 'a page down', { pages: 1 }),
  move('page-up', ['pgup', 'ctrl-u'], 'a page up', { pages: -1 }),
  move('first', ['home', 'g'], 'the newest', { to: 'first' }),
  move('last', ['end', 'G'], 'the oldest', { to: 'last' }),
  bind({
    id: 'revisions.close',
    keys: ['esc', 'q'],
    focus: 'revisions',
    help: 'close the history',
    target: open,
    run: (_list, ui) => ui.close(),
  }),
  restoring('revisions-diff'),
  bind({
    id: 'revisions-diff.mode',
    keys: ['d'],
    focus: 'revisions-diff',
    help: 'unified or side by side',
    target: open,
    run: (_list, ui) => ui.set({ diff: otherMode(ui.state.diff, ui.state.size.columns) }),
  }),
  bind({
    id: 'revisions-diff.back',
    keys: ['esc', 'q', 'enter'],
    focus: 'revisions-diff',
    help: 'show all again, then go back to the history',
    repeats: true,
    target: open,
    run(list, ui) {
      const read = diffText(ui.state, list);
      const whole = read === undefined ? undefined : withoutPatterns(read);
      if (read !== undefined && whole !== undefined) read.put(ui, whole);
      else ui.put({ ...list, diff: undefined });
    },
  }),
];

const pageOf = (state: UiState): number => Math.max(1, layoutOf(state).body - 2);

function revisionLine(state: UiState, { rows, marks, index }: RevisionsState, at: number): Line {
  const row = rows[at];
  if (row === undefined) return [];
  const { number, author, changed, restored, note, isCurrent } = row;
  const isUnder = at === index;
  const told = [
    ...(changed.length === 0 ? [] : [changed.join(', ')]),
    ...(restored === undefined ? [] : [`restores ${restored}`]),
    ...(note === '' ? [] : [note]),
  ];
  return [
    [isUnder ? ' ▸ ' : '   ', 'accent'],
    [marks.includes(number) ? '* ' : '  ', 'accent'],
    [fit(String(number), 5), isUnder ? 'strong' : 'plain'],
    [isCurrent ? 'live ' : '     ', 'ok'],
    `${fit(person(author), 11)} `,
    [`${fit(timeLabel(row.at, state.now, state.time), 10)} `, 'dim'],
    clean(told.join(' · ')),
  ];
}

/** `fs: 1 → 2, live · +1 −1`. */
function titleOf(server: string, { left, right, added, removed }: DiffView): string {
  return clean(`${server}: ${left} → ${right} · +${added} −${removed}`);
}

export const revisionsOverlay: OverlayKind<RevisionsState> = {
  keymap,
  focuses: ({ diff }) => (diff === undefined ? ['revisions'] : ['revisions-diff', 'diff', 'viewer', 'move']),
  text: diffText,
  view(state, list): OverlayRows {
    const { style } = state;
    const { columns, body } = layoutOf(state);
    const { rows, index, server, diff } = list;
    const read = diffText(state, list);
    if (diff !== undefined && read !== undefined) {
      const isSame = diff.view.added + diff.view.removed === 0;
      const lines = isSame
        ? [[' nothing differs that is shown']]
        : viewerRows(read).map((line): Line => [' ', ...line]);
      return {
        top: 0,
        rows: box(style, columns, body, [[titleOf(server, diff.view), 'strong']], viewerWords(read), lines),
      };
    }
    const page = pageOf(state);
    const top = windowTop(index - Math.floor(page / 2), index, page, rows.length);
    const shown = rows.slice(top, top + page).map((_, slot) => revisionLine(state, list, top + slot));
    const title = `History of server ${clean(server)}`;
    return { top: 0, rows: box(style, columns, body, [[title, 'strong']], plural(rows.length, 'revision'), shown) };
  },
  hint: ({ diff }) =>
    diff === undefined
      ? '↑ ↓ · enter what differs · space marks two to compare · B restore… · Esc closes'
      : 'n N change · { } context · d unified/split · / find · B restore… · Esc back to the history',
};
