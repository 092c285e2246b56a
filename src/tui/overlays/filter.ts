/** Filters the list, or finds in the text that has the focus, while it is typed in the status line. */
import { fieldSpans } from '../kit/field-spans.ts';
import { bind, type Binding } from '../kit/keymap.ts';
import type { OverlayKind, Tables } from '../kit/overlay.ts';
import type { Ui } from '../kit/ui.ts';
import type { FilterState } from '../state/overlays.ts';
import type { UiState } from '../state/ui-store.ts';

const typed = (state: UiState): FilterState | string =>
  state.overlay?.kind === 'filter' ? state.overlay : 'no filter is being typed: / begins one';

export function filterOverlay({ paneOf }: Pick<Tables, 'paneOf'>): OverlayKind<FilterState> {
  const apply = (ui: Ui, { isFind }: FilterState, text: string): void => {
    const pane = paneOf(ui.state);
    if (isFind) pane.finder?.(ui.state)?.set(ui, text);
    else pane.setFilter(ui, text);
  };
  const keymap: readonly Binding[] = [
    bind({
      id: 'filter.keep',
      keys: ['enter'],
      focus: 'filter',
      help: 'keep the filter; in a text n and N go on',
      target: typed,
      run({ isFind }, ui) {
        ui.close();
        const problem = isFind ? undefined : paneOf(ui.state).filterProblem(ui.state);
        if (problem !== undefined) ui.notify('warn', `${problem}: everything is shown`);
      },
    }),
    bind({
      id: 'filter.clear',
      keys: ['esc'],
      focus: 'filter',
      help: 'clear it: everything is shown again',
      repeats: true,
      target: typed,
      run(overlay, ui) {
        ui.close();
        apply(ui, overlay, '');
      },
    }),
  ];
  return {
    keymap,
    focuses: () => ['filter'],
    view: () => undefined,
    hint: ({ isFind }) =>
      isFind
        ? 'find in the text · capitals count when typed · enter keeps, then n N · Esc clears'
        : 'word  !word  ~fuzzy  /regex/  state:error   enter keeps · Esc clears',
    status: ({ size }, { field }) => [' / ', ...fieldSpans(field, size.columns - 5)],
    line: (overlay) => ({
      field: overlay.field,
      put(ui, field) {
        ui.set({ overlay: { ...overlay, field } });
        apply(ui, overlay, field.text);
      },
    }),
    onInterrupt(ui, overlay) {
      apply(ui, overlay, overlay.before);
      return false;
    },
  };
}
