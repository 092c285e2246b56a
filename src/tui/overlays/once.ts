/** Shows a secret that the engine tells only once: it can be copied, and is forgotten when this closes. */
import { clean } from '../../text/clean.ts';
import { bind } from '../kit/keymap.ts';
import { atBottom, guardMs, textLines, type OverlayKind } from '../kit/overlay.ts';
import type { Line } from '../kit/theme.ts';
import type { Ui } from '../kit/ui.ts';
import type { OnceState } from '../state/overlays.ts';
import type { UiState } from '../state/ui-store.ts';

/** By key of the overlay; gone with it. */
const secrets = new WeakMap<object, string>();

export function showOnce(ui: Ui, title: string, about: readonly string[], secret: string): void {
  const key = {};
  secrets.set(key, secret);
  ui.open({ kind: 'once', key, title, about, openedAt: ui.clock.monotonicMs() });
}

const shown = ({ overlay }: UiState): OnceState | string =>
  overlay?.kind === 'once' ? overlay : 'nothing is shown that could be copied';

/** Pieces of a width: a secret is never cut. */
function pieces(secret: string, width: number): readonly string[] {
  const all: string[] = [];
  for (let from = 0; from < secret.length; from += width) all.push(secret.slice(from, from + width));
  return all;
}

export const onceOverlay: OverlayKind<OnceState> = {
  keymap: [
    bind({
      id: 'once.copy',
      keys: ['y'],
      focus: 'once',
      help: 'send it to the terminal’s clipboard',
      target: shown,
      run({ key }, ui) {
        ui.terminal.copy(secrets.get(key) ?? '');
        ui.notify('ok', "sent to the terminal's clipboard (OSC 52)");
      },
    }),
    bind({
      id: 'once.close',
      keys: ['esc'],
      focus: 'once',
      help: 'close it: it is not shown again',
      target: shown,
      run({ key, openedAt }, ui) {
        // Pressed before it was there: it would be lost unseen.
        if (ui.clock.monotonicMs() - openedAt < guardMs) return;
        secrets.delete(key);
        ui.close();
      },
    }),
  ],
  focuses: () => ['once'],
  view(state, { key, title, about }) {
    const { columns } = state.size;
    const lines = pieces(clean(secrets.get(key) ?? ''), Math.max(8, columns - 4));
    const secret = lines.map((line): Line => [' ', [line, 'strong']]);
    return atBottom(state, title, [...textLines(about, columns), [], ...secret]);
  },
  hint: () => 'y copies it · Esc closes it for good',
  onPaste: (ui) => ui.notify('info', 'pasted text: ignored, keys are pressed one at a time'),
  onlyAlone: true,
  isFresh: ({ openedAt }, nowMs) => nowMs - openedAt < guardMs,
};
