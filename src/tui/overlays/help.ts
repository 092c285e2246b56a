/** Lists the keys: those that work here with the reason where one does nothing now, then those of every overlay. */
import { clean, fit } from '../../text/clean.ts';
import { focusesOf, focusTitle, keyLabel, overlayFocuses, type Binding } from '../kit/keymap.ts';
import type { Tables } from '../kit/overlay.ts';
import type { Ui } from '../kit/ui.ts';
import { ledText, type LedLine } from '../kit/viewer/text.ts';
import type { UiState } from '../state/ui-store.ts';
import { openSource } from './text.ts';

/** What works now is told as of now. */
export function openHelp(ui: Ui, { bindings, panes, paneOf }: Tables): void {
  const { state } = ui;
  const legend = paneOf(state).legend ?? panes[0]?.legend ?? '';
  const text = ledText([{ lead: [], spans: [[legend, 'dim']] }, ...helpLines(bindings(state), state)]);
  openSource(ui, 'Help', () => text, true);
}

const heading = (title: string): LedLine => ({ lead: [], spans: [[title, 'strong']] });
const noLine: LedLine = { lead: [], spans: [] };

/** The bindings that work here, the pane's first; behind them those of overlays, which work once these are open. */
function helpLines(bindings: readonly Binding[], state: UiState): readonly LedLine[] {
  // Where there is no room for a column of its own, what follows stands right behind.
  const pad = state.size.columns < 100 ? 0 : 46;
  return [...focusesOf(state), ...overlayFocuses].flatMap((focus) => {
    const group = bindings.filter((binding) => binding.focus === focus);
    if (group.length === 0) return [];
    const isOfOverlay = overlayFocuses.includes(focus);
    const lines = group.map((binding) => bindingLine(binding, isOfOverlay ? undefined : binding.refusal(state), pad));
    return [noLine, heading(focusTitle(focus)), ...lines];
  });
}

function bindingLine({ id, keys, help }: Binding, reason: string | undefined, pad: number): LedLine {
  const shown = fit(keys.map(keyLabel).join(' '), 14);
  const words = help.padEnd(pad);
  if (reason === undefined) return { lead: [[shown, 'accent']], spans: [words, [`  ${id}`, 'dim']] };
  return {
    lead: [[shown, 'dim']],
    spans: [
      [words, 'dim'],
      [`  not now: ${clean(reason)}`, 'warn'],
    ],
  };
}
