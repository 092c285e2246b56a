/** Asks for a secret value: what is typed or pasted is shown as its length alone, and is nowhere in the console's state. */
import { charactersOf, clean } from '../../text/clean.ts';
import { count, plural } from '../../text/format.ts';
import { bind, type Binding } from '../kit/keymap.ts';
import { textOf } from '../kit/keys.ts';
import { atBottom, textLines, type OverlayKind } from '../kit/overlay.ts';
import type { Line } from '../kit/theme.ts';
import type { Ui } from '../kit/ui.ts';
import type { HiddenState } from '../state/overlays.ts';
import type { UiState } from '../state/ui-store.ts';

/** As much as the engine keeps. */
const mostCharacters = 64 * 1024;

/** By key of the overlay; gone with it. */
const typed = new WeakMap<object, string>();

const asked = (state: UiState): HiddenState | string =>
  state.overlay?.kind === 'hidden' ? state.overlay : 'no value is asked for';

/** Puts another value in place of what was typed. */
function put(ui: Ui, overlay: HiddenState, text: string): void {
  if (text.length > mostCharacters) {
    const most = `at most ${count(mostCharacters)} characters: keep it in a file and give the server its path`;
    return ui.notify('warn', `${count(text.length)} characters, ${most}`);
  }
  typed.set(overlay.key, text);
  const lines = text === '' ? 0 : text.replace(/\n$/, '').split('\n').length;
  ui.set({ overlay: { ...overlay, length: charactersOf(text).length, lines } });
}

const valueOf = ({ key }: HiddenState): string => typed.get(key) ?? '';

const keymap: readonly Binding[] = [
  bind({
    id: 'hidden.send',
    keys: ['enter'],
    focus: 'hidden',
    help: 'keep the value',
    target: asked,
    run(overlay, ui) {
      // A line end is what a copied line ends with; the command line takes it off as well.
      const text = valueOf(overlay).replace(/\n$/, '');
      if (text === '') return ui.notify('warn', 'the value is empty: type or paste it, or Esc');
      typed.delete(overlay.key);
      ui.answer(overlay.key, text);
    },
  }),
  bind({
    id: 'hidden.cancel',
    keys: ['esc'],
    focus: 'hidden',
    help: 'forget what was typed and change nothing',
    target: asked,
    run(overlay, ui) {
      typed.delete(overlay.key);
      ui.decline(overlay.key);
    },
  }),
  bind({
    id: 'hidden.erase',
    keys: ['backspace'],
    focus: 'hidden',
    help: 'erase the last character',
    repeats: true,
    target: asked,
    run: (overlay, ui) => put(ui, overlay, charactersOf(valueOf(overlay)).slice(0, -1).join('')),
  }),
  bind({
    id: 'hidden.erase-all',
    keys: ['ctrl-u'],
    focus: 'hidden',
    help: 'erase all of it',
    target: asked,
    run: (overlay, ui) => put(ui, overlay, ''),
  }),
];

/** A mark for each of the first characters, and how many there are. */
function lengthWords({ length, lines }: HiddenState): Line {
  if (length === 0)
    return [
      ['▏', 'accent'],
      ['type or paste it; it is not shown', 'dim'],
    ];
  const many = lines > 1 ? `, ${plural(lines, 'line')}` : '';
  return ['•'.repeat(Math.min(24, length)), ['▏', 'accent'], ` ${plural(length, 'character')}${many}`];
}

export const hiddenOverlay: OverlayKind<HiddenState> = {
  keymap,
  focuses: () => ['hidden'],
  view(state, overlay) {
    const value: Line = [` ${clean(overlay.label)}: `, ...lengthWords(overlay)];
    return atBottom(state, overlay.title, [...textLines(overlay.about, state.size.columns), value]);
  },
  hint: () => 'enter keeps it · ctrl-u erases it · Esc changes nothing',
  onKey(ui, overlay, key) {
    const text = textOf(key);
    if (text !== undefined) put(ui, overlay, valueOf(overlay) + text);
  },
  onInterrupt(ui, overlay) {
    typed.delete(overlay.key);
    ui.decline(overlay.key);
    return true;
  },
  onPaste: (ui, overlay, text) => put(ui, overlay, valueOf(overlay) + text.replace(/\r\n?/g, '\n')),
};
