/** Shows a text over the pane, with the keys of any text: the help, messages, a description. */
import { clean } from '../../text/clean.ts';
import { box } from '../kit/box.ts';
import { bind, type Binding } from '../kit/keymap.ts';
import { layoutOf } from '../kit/layout.ts';
import type { OverlayKind } from '../kit/overlay.ts';
import type { Line } from '../kit/theme.ts';
import type { Ui } from '../kit/ui.ts';
import { movedBy } from '../kit/viewer/model.ts';
import { viewerRows, viewerWords } from '../kit/viewer/paint.ts';
import { withoutPatterns, type ShownText } from '../kit/viewer/reading.ts';
import { stillText, type ViewerText } from '../kit/viewer/text.ts';
import type { TextState } from '../state/overlays.ts';
import type { UiState } from '../state/ui-store.ts';
import { newViewer } from '../state/viewer.ts';

type Source = (state: UiState) => ViewerText;

/** By key of the overlay. */
const sources = new WeakMap<object, Source>();
const nothing = stillText([]);

/** `lines` are cleaned. */
export function openText(ui: Ui, title: string, lines: readonly Line[]): void {
  const text = stillText(lines);
  openSource(ui, title, () => text);
}

/** A text that may change while it is read. `isToggled`: the key that opens it closes it as well. */
export function openSource(ui: Ui, title: string, source: Source, isToggled = false): void {
  const key = {};
  sources.set(key, source);
  ui.open({ kind: 'text', key, title, isToggled, view: newViewer });
}

function shownOf(state: UiState, overlay: TextState): ShownText {
  const { columns, body } = layoutOf(state);
  return {
    text: sources.get(overlay.key)?.(state) ?? nothing,
    view: overlay.view,
    width: Math.max(8, columns - 4),
    rows: Math.max(1, body - 2),
    name: `${overlay.title}.txt`,
    put(ui, view) {
      const opened = ui.opened<TextState>(overlay);
      if (opened !== undefined) ui.put({ ...opened, view });
    },
  };
}

const open = (state: UiState): TextState | string =>
  state.overlay?.kind === 'text' ? state.overlay : 'no text is open over the pane';

const keymap: readonly Binding[] = [
  bind({
    id: 'reader.page-down',
    keys: ['space'],
    focus: 'text',
    help: 'a page down',
    repeats: true,
    target: open,
    run(overlay, ui) {
      const read = shownOf(ui.state, overlay);
      read.put(ui, movedBy(read, { pages: 1 }));
    },
  }),
  bind({
    id: 'reader.back',
    keys: ['esc'],
    focus: 'text',
    help: 'show all again, then close the text',
    repeats: true,
    target: open,
    run(overlay, ui) {
      const read = shownOf(ui.state, overlay);
      const whole = withoutPatterns(read);
      if (whole === undefined) ui.close();
      else read.put(ui, whole);
    },
  }),
  bind({
    id: 'reader.close',
    keys: ['q', 'enter'],
    focus: 'text',
    help: 'close the text',
    target: open,
    run: (_text, ui) => ui.close(),
  }),
  bind({
    id: 'reader.toggle',
    keys: ['?'],
    focus: 'text',
    help: 'close the help again',
    repeats: true,
    applies: ({ overlay }) => overlay?.kind === 'text' && overlay.isToggled,
    target: open,
    run: (_text, ui) => ui.close(),
  }),
];

export const textOverlay: OverlayKind<TextState> = {
  keymap,
  focuses: () => ['text', 'viewer', 'move'],
  text: shownOf,
  view(state, overlay) {
    const { style } = state;
    const { columns, body } = layoutOf(state);
    const read = shownOf(state, overlay);
    const lines = viewerRows(read).map((line): Line => [' ', ...line]);
    return { top: 0, rows: box(style, columns, body, [[clean(overlay.title), 'strong']], viewerWords(read), lines) };
  },
  hint: () => '↑ ↓ PgUp PgDn scroll · / find · & - lines · w wrap · S save · Esc closes',
};
