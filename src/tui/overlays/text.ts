/** Shows a text over the pane: scrolled, wrapped, searched. */
import { clean } from '../../text/clean.ts';
import { box } from '../kit/box.ts';
import { always, bind, type Binding } from '../kit/keymap.ts';
import { layoutOf } from '../kit/layout.ts';
import type { OverlayKind } from '../kit/overlay.ts';
import type { Move } from '../kit/scroll.ts';
import type { Line } from '../kit/theme.ts';
import type { Ui } from '../kit/ui.ts';
import { foundNext, movedBy, withFind, type Reading } from '../kit/viewer/model.ts';
import { viewerRows, viewerWords } from '../kit/viewer/paint.ts';
import { parsePattern } from '../kit/viewer/pattern.ts';
import { stillText, type ViewerText } from '../kit/viewer/text.ts';
import { fieldOf } from '../state/field.ts';
import type { TextState } from '../state/overlays.ts';
import type { UiState } from '../state/ui-store.ts';
import { newViewer, type ViewerState } from '../state/viewer.ts';

/** By key of the overlay. */
const texts = new WeakMap<object, ViewerText>();
const nothing: readonly Line[] = [];

/** `lines` are cleaned. */
export function openText(ui: Ui, title: string, lines: readonly Line[]): void {
  const key = {};
  texts.set(key, stillText(lines));
  ui.open({ kind: 'text', key, title, view: newViewer });
}

function readingOf(state: UiState, { key, view }: TextState): Reading {
  const { columns, body } = layoutOf(state);
  const text = texts.get(key) ?? stillText(nothing);
  return { text, view, width: Math.max(8, columns - 4), rows: Math.max(1, body - 2) };
}

const open = (state: UiState): TextState | string =>
  state.overlay?.kind === 'text' ? state.overlay : 'no text is open over the pane';

interface Key {
  readonly id: string;
  readonly keys: readonly string[];
  readonly help: string;
  readonly repeats?: boolean;
}

const reading = (key: Key, change: (read: Reading) => ViewerState): Binding =>
  bind({
    ...key,
    focus: 'text',
    target: open,
    run: (overlay, ui) => ui.put({ ...overlay, view: change(readingOf(ui.state, overlay)) }),
  });

const move = (id: string, keys: readonly string[], help: string, by: Move): Binding =>
  reading({ id: `reader.${id}`, keys, help, repeats: true }, (read) => movedBy(read, by));

function askToFind(ui: Ui, overlay: TextState): void {
  ui.askText({
    title: 'Find',
    lines: ['A word, or /a regular expression/; nothing ends the search.'],
    label: 'find',
    does: 'finds it',
    required: undefined,
    field: fieldOf(overlay.view.find),
    act(after, find) {
      const pattern = parsePattern(find);
      if (typeof pattern === 'string') return after.notify('warn', pattern);
      const opened = after.opened<TextState>(overlay);
      if (opened !== undefined) after.put({ ...opened, view: withFind(readingOf(after.state, opened), find) });
    },
  });
}

export const textOverlay: OverlayKind<TextState> = {
  keymap: [
    move('down', ['down', 'j'], 'a line down', { by: 1 }),
    move('up', ['up', 'k'], 'a line up', { by: -1 }),
    move('page-down', ['pgdn', 'space', 'ctrl-d'], 'a page down', { pages: 1 }),
    move('page-up', ['pgup', 'ctrl-u'], 'a page up', { pages: -1 }),
    move('first', ['home', 'g'], 'to the beginning', { to: 'first' }),
    move('last', ['end', 'G'], 'to the end', { to: 'last' }),
    bind({
      id: 'reader.find',
      keys: ['/'],
      focus: 'text',
      help: 'find',
      target: open,
      run: (text, ui) => askToFind(ui, text),
    }),
    reading({ id: 'reader.next', keys: ['n'], help: 'the next place found', repeats: true }, (read) =>
      foundNext(read, 1),
    ),
    reading({ id: 'reader.previous', keys: ['N'], help: 'the place found before', repeats: true }, (read) =>
      foundNext(read, -1),
    ),
    reading({ id: 'reader.wrap', keys: ['w'], help: 'wrap long lines, or cut them' }, ({ view }) => ({
      ...view,
      wrap: !view.wrap,
      left: 0,
    })),
    bind({
      id: 'reader.close',
      keys: ['esc', 'q', 'enter'],
      focus: 'text',
      help: 'close the text',
      target: always,
      run: (_state, ui) => ui.close(),
    }),
  ],
  focuses: () => ['text'],
  view(state, overlay) {
    const { style } = state;
    const { columns, body } = layoutOf(state);
    const read = readingOf(state, overlay);
    const lines = viewerRows(read).map((line): Line => [' ', ...line]);
    return { top: 0, rows: box(style, columns, body, [[clean(overlay.title), 'strong']], viewerWords(read), lines) };
  },
  hint: () => '↑ ↓ PgUp PgDn scroll · / find · w wrap · Esc closes',
};
