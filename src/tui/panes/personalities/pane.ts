/** Personas. */
import { border, framed } from '../../box.ts';
import { clean } from '../../clean.ts';
import type { PaneFrame } from '../../frame.ts';
import { layoutOf, windowTop } from '../../layout.ts';
import { movedIn, selectedIndex } from '../../list.ts';
import type { Pane } from '../../pane.ts';
import { row } from '../../theme.ts';
import type { UiState } from '../../ui-store.ts';
import { listedPersonalities, personalitiesFilter, selectedPersonality } from './select.ts';

function paint(state: UiState): PaneFrame {
  const { style, size, personalities } = state;
  const { list } = layoutOf(state);
  const rows = listedPersonalities(state);
  const selected = selectedIndex(rows, personalities);
  const top = windowTop(personalities.top, selected, list, rows.length);
  const inner = size.columns - 2;
  const out = [border(style, size.columns, 'top', [['Personas', 'strong']], String(rows.length))];
  for (let slot = 0; slot < list; slot += 1) {
    const shown = rows[top + slot];
    if (shown === undefined)
      out.push(framed(style, row(style, inner, [slot === 1 && rows.length === 0 ? '  no personality yet' : ''])));
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

export const personalitiesPane: Pane = {
  id: 'personalities',
  number: '3',
  title: 'Personas',
  short: 'Per',
  hasDetail: false,
  badge: ({ view }) => (view === undefined ? '' : String(view.personalities.size)),
  paint,
  filter: ({ personalities }) => personalities.filter,
  setFilter: (console, text) =>
    console.set({ personalities: { ...console.state.personalities, filter: text, top: 0 } }),
  filterProblem({ personalities }) {
    const filter = personalitiesFilter(personalities.filter);
    return filter.ok ? undefined : filter.reason;
  },
  move(console, move) {
    const { state } = console;
    const page = Math.max(1, layoutOf(state).list);
    console.set({ personalities: movedIn(listedPersonalities(state), state.personalities, move, page) });
  },
  selectedName(state) {
    const selected = selectedPersonality(state);
    return selected === undefined ? '' : clean(selected.ref);
  },
};
