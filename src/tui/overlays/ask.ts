/** Asks for a line of text: a reason, a comment, a note. */
import { clean, widthOf } from '../../text/clean.ts';
import { fieldSpans } from '../kit/field-spans.ts';
import { bind, type Binding } from '../kit/keymap.ts';
import { atBottom, guardMs, textLines, type OverlayKind } from '../kit/overlay.ts';
import type { Line } from '../kit/theme.ts';
import type { AskState } from '../state/overlays.ts';
import type { UiState } from '../state/ui-store.ts';

const asked = (state: UiState): AskState | string =>
  state.overlay?.kind === 'ask' ? state.overlay : 'no line is asked for';

const keymap: readonly Binding[] = [
  bind({
    id: 'ask.send',
    keys: ['enter'],
    focus: 'ask',
    help: 'send what is typed',
    target: asked,
    run({ key, field, required, openedAt }, ui) {
      // A return that was pressed before the line was there does not send it.
      if (ui.clock.monotonicMs() - openedAt < guardMs) return;
      const text = field.text.trim();
      if (text === '' && required !== undefined) return ui.notify('warn', required);
      const fault = ui.faultOf(key, text);
      if (fault !== undefined) return ui.notify('warn', fault);
      ui.answer(key, text);
    },
  }),
  bind({
    id: 'ask.cancel',
    keys: ['esc'],
    focus: 'ask',
    help: 'send nothing',
    repeats: true,
    target: asked,
    run: (_asked, ui) => ui.close(),
  }),
];

function lines({ lines: told, label, field, required }: AskState, columns: number): readonly Line[] {
  const head = ` ${clean(label)}: `;
  const missing: Line = required === undefined || field.text.trim() !== '' ? [] : [[` ${required}`, 'dim']];
  return [...textLines(told, columns), [head, ...fieldSpans(field, Math.max(8, columns - 4 - widthOf(head)))], missing];
}

export const askOverlay: OverlayKind<AskState> = {
  keymap,
  focuses: () => ['ask'],
  view: (state, overlay) => atBottom(state, overlay.title, lines(overlay, state.size.columns)),
  hint: ({ does }) => `enter ${does} · Esc changes nothing`,
  line: (overlay) => ({
    field: overlay.field,
    put: (ui, field) => ui.set({ overlay: { ...overlay, field } }),
  }),
};
