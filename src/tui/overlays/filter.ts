/** Filters the list, or finds in the text that has the focus, while it is typed in the status line. */
import { fieldSpans } from '../kit/field-spans.ts';
import { bind, type Binding } from '../kit/keymap.ts';
import type { OverlayKind, Tables } from '../kit/overlay.ts';
import type { Ui } from '../kit/ui.ts';
import type { FilterState } from '../state/overlays.ts';
import type { UiState } from '../state/ui-store.ts';
import { withFind } from '../kit/viewer/model.ts';
import { shownLines } from '../kit/viewer/shown.ts';

const typed = (state: UiState): FilterState | string =>
  state.overlay?.kind === 'filter' ? state.overlay : 'no filter is being typed: / begins one';

const hints = {
  filter: 'word  !word  ~fuzzy  /regex/  state:error   enter keeps · Esc clears',
  find: 'find in the text: word  !word  /regex/ · enter keeps, then n N · Esc clears',
  keep: 'keep only lines with: word  !word  /regex/ · enter keeps · Esc clears',
  hide: 'hide lines with: word  !word  /regex/ · enter keeps · Esc clears',
} as const;

const signs = { filter: '/', find: '/', keep: '&', hide: '-' } as const;

export function filterOverlay({ paneOf, textOf }: Pick<Tables, 'paneOf' | 'textOf'>): OverlayKind<FilterState> {
  const apply = (ui: Ui, { mode }: FilterState, text: string): void => {
    if (mode === 'filter') return paneOf(ui.state).setFilter(ui, text);
    const shown = textOf(ui.state);
    shown?.put(ui, mode === 'find' ? withFind(shown, text) : { ...shown.view, [mode]: text });
  };
  /** Why what is typed does nothing. */
  const problemOf = (state: UiState, { mode }: FilterState): string | undefined => {
    if (mode === 'filter') return paneOf(state).filterProblem(state);
    const shown = textOf(state);
    const problem = shown === undefined ? undefined : shownLines(shown.text, shown.view).problem;
    return problem === undefined ? undefined : `${problem}: everything is shown`;
  };
  const keymap: readonly Binding[] = [
    bind({
      id: 'filter.keep',
      keys: ['enter'],
      focus: 'filter',
      help: 'keep the filter; in a text n and N go on',
      target: typed,
      run(overlay, ui) {
        ui.close();
        const problem = problemOf(ui.state, overlay);
        if (problem !== undefined) ui.notify('warn', problem);
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
    hint: ({ mode }) => hints[mode],
    status: ({ size }, { field, mode }) => [` ${signs[mode]} `, ...fieldSpans(field, size.columns - 5)],
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
