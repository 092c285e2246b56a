/** Offers what can be copied of the selected row, a letter each. */
import { clean, fit } from '../../text/clean.ts';
import { claudeCommand } from '../../text/client-config.ts';
import type { CopyItem } from '../../text/copy-item.ts';
import { bind, type Binding } from '../kit/keymap.ts';
import { atBottom, type OverlayKind, type Tables } from '../kit/overlay.ts';
import type { Line } from '../kit/theme.ts';
import type { CopyState } from '../state/overlays.ts';
import type { UiState } from '../state/ui-store.ts';
import { copiedLine } from '../kit/viewer/whole.ts';

const keymap: readonly Binding[] = [
  bind({
    id: 'copy.close',
    keys: ['esc', 'q', 'enter'],
    focus: 'copy',
    help: 'copy nothing; the letter of a line copies it',
    target: ({ overlay }): CopyState | string => (overlay?.kind === 'copy' ? overlay : 'the copy menu is not open'),
    run: (_menu, ui) => ui.close(),
  }),
];

export function copyOverlay({ paneOf }: Pick<Tables, 'paneOf'>): OverlayKind<CopyState> {
  const items = (state: UiState): readonly CopyItem[] => {
    const text = claudeCommand({}, state.host.agentEnv ?? {});
    const connect: CopyItem = { key: 'c', name: 'connect an agent', text };
    const read = paneOf(state).text?.(state);
    const line: CopyItem = { key: 'y', name: 'this line', text: read === undefined ? '' : (copiedLine(read) ?? '') };
    const own = [line, ...(paneOf(state).copyItems?.(state) ?? [])];
    const isFree = (letter: string): boolean => own.every(({ key }) => key !== letter);
    const letter = ['c', 'a'].find(isFree);
    return [...own, ...(letter === undefined ? [] : [{ ...connect, key: letter }])].filter((item) => item.text !== '');
  };
  return {
    keymap,
    focuses: () => ['copy'],
    view(state) {
      const lines = items(state).map(({ key, name, text }): Line => [
        ` `,
        [key, 'accent'],
        ` ${fit(name, 17)}`,
        [clean(text), 'dim'],
      ]);
      return atBottom(state, 'Copy', lines);
    },
    hint: () => 'a letter copies · Esc closes',
    onKey(ui, _overlay, key) {
      const item = items(ui.state).find((candidate) => candidate.key === key);
      if (item === undefined) return;
      ui.close();
      ui.terminal.copy(item.text);
      ui.notify('ok', `${item.name} sent to the terminal's clipboard (OSC 52, ${Buffer.byteLength(item.text)} bytes)`);
    },
    onPaste: (ui) => ui.notify('info', 'pasted text: ignored, keys are pressed one at a time'),
    onlyAlone: true,
  };
}
