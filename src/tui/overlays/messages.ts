/** Lists what the console has said, newest first: notices go away after seconds, and an operator may look elsewhere. */
import { clockTime } from '../../text/format.ts';
import { wrap } from '../../text/clean.ts';
import { box } from '../kit/box.ts';
import { bind, type Binding } from '../kit/keymap.ts';
import { layoutOf } from '../kit/layout.ts';
import { noticeMarks } from '../kit/notice-marks.ts';
import type { OverlayKind } from '../kit/overlay.ts';
import type { Line } from '../kit/theme.ts';
import type { MessagesState } from '../state/overlays.ts';
import type { UiState } from '../state/ui-store.ts';

const open = (state: UiState): MessagesState | string =>
  state.overlay?.kind === 'messages' ? state.overlay : 'the messages are not open: :messages shows them';

const pageOf = (state: UiState): number => Math.max(1, layoutOf(state).body - 2);

function scroll(id: string, key: string, help: string, by: (page: number) => number): Binding {
  return bind({
    id: `messages.${id}`,
    keys: [key],
    focus: 'messages',
    help,
    repeats: true,
    target: open,
    run(overlay, ui) {
      const page = pageOf(ui.state);
      const last = Math.max(0, lines(ui.state).length - page);
      ui.set({ overlay: { ...overlay, top: Math.min(last, Math.max(0, overlay.top + by(page))) } });
    },
  });
}

export const messagesOverlay: OverlayKind<MessagesState> = {
  keymap: [
    scroll('up', 'up', 'a line up', () => -1),
    scroll('down', 'down', 'a line down', () => 1),
    scroll('page-up', 'pgup', 'a page up', (page) => -page),
    scroll('page-down', 'pgdn', 'a page down', (page) => page),
    bind({
      id: 'messages.close',
      keys: ['esc', 'enter', 'q'],
      focus: 'messages',
      help: 'close the messages',
      target: open,
      run: (_messages, ui) => ui.close(),
    }),
  ],
  focuses: () => ['messages'],
  view(state, { top }) {
    const { style, size } = state;
    const all = lines(state);
    const room = pageOf(state);
    const note = state.messages.length === 0 ? '' : `newest first · ${state.messages.length} kept`;
    const shown = all.slice(top, top + room);
    return { top: 0, rows: box(style, size.columns, layoutOf(state).body, [['Messages', 'strong']], note, shown) };
  },
  hint: () => '↑ ↓ PgUp PgDn scroll · Esc closes',
};

const timeWidth = 10;

function lines(state: UiState): readonly Line[] {
  if (state.messages.length === 0) return [[' nothing has been said yet']];
  return state.messages.toReversed().flatMap(({ tone, text, at }) => {
    const [mark, colour] = noticeMarks[tone];
    const [first = '', ...rest] = wrap(text, Math.max(20, state.size.columns - timeWidth - 6));
    const head: Line = [[` ${clockTime(at)} `, 'dim'], [mark, colour], first];
    return [head, ...rest.map((line): Line => [`${' '.repeat(timeWidth + 2)}${line}`])];
  });
}
