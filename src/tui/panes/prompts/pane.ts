/** Prompts. */
import { border, framed } from '../../box.ts';
import { clean } from '../../clean.ts';
import type { PaneFrame } from '../../frame.ts';
import { layoutOf, windowTop } from '../../layout.ts';
import { movedIn, selectedIndex } from '../../list.ts';
import type { Pane } from '../../pane.ts';
import { row } from '../../theme.ts';
import type { UiState } from '../../ui-store.ts';
import { listedPrompts, promptsFilter, selectedPrompt } from './select.ts';

function paint(state: UiState): PaneFrame {
  const { style, size, prompts } = state;
  const { list } = layoutOf(state);
  const rows = listedPrompts(state);
  const selected = selectedIndex(rows, prompts);
  const top = windowTop(prompts.top, selected, list, rows.length);
  const inner = size.columns - 2;
  const out = [border(style, size.columns, 'top', [['Prompts', 'strong']], String(rows.length))];
  for (let slot = 0; slot < list; slot += 1) {
    const shown = rows[top + slot];
    if (shown === undefined)
      out.push(framed(style, row(style, inner, [slot === 1 && rows.length === 0 ? '  no prompt yet' : ''])));
    else {
      const isSelected = top + slot === selected;
      out.push(
        framed(style, row(style, inner, [isSelected ? '▸ ' : '  ', clean(shown.ref)], { selected: isSelected })),
      );
    }
  }
  out.push(border(style, size.columns, 'bottom'));
  return { rows: out };
}

export const promptsPane: Pane = {
  id: 'prompts',
  number: '2',
  title: 'Prompts',
  short: 'Prm',
  hasDetail: false,
  badge: ({ view }) => (view === undefined ? '' : String(view.prompts.size)),
  paint,
  filter: ({ prompts }) => prompts.filter,
  setFilter: (console, text) => console.set({ prompts: { ...console.state.prompts, filter: text, top: 0 } }),
  filterProblem({ prompts }) {
    const filter = promptsFilter(prompts.filter);
    return filter.ok ? undefined : filter.reason;
  },
  move(console, move) {
    const { state } = console;
    const page = Math.max(1, layoutOf(state).list);
    console.set({ prompts: movedIn(listedPrompts(state), state.prompts, move, page) });
  },
  selectedName(state) {
    const selected = selectedPrompt(state);
    return selected === undefined ? '' : clean(selected.ref);
  },
};
