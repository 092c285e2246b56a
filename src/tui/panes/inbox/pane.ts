/** Inbox. */
import { border, framed } from '../../box.ts';
import { clean } from '../../clean.ts';
import type { PaneFrame } from '../../frame.ts';
import { layoutOf, windowTop } from '../../layout.ts';
import { movedIn, selectedIndex } from '../../list.ts';
import type { Pane } from '../../pane.ts';
import { row } from '../../theme.ts';
import type { UiState } from '../../ui-store.ts';
import { listedInbox, inboxFilter, selectedProposal } from './select.ts';

function paint(state: UiState): PaneFrame {
  const { style, size, inbox } = state;
  const { list } = layoutOf(state);
  const rows = listedInbox(state);
  const selected = selectedIndex(rows, inbox);
  const top = windowTop(inbox.top, selected, list, rows.length);
  const inner = size.columns - 2;
  const out = [border(style, size.columns, 'top', [['Inbox', 'strong']], String(rows.length))];
  for (let slot = 0; slot < list; slot += 1) {
    const shown = rows[top + slot];
    if (shown === undefined)
      out.push(framed(style, row(style, inner, [slot === 1 && rows.length === 0 ? '  nothing waits' : ''])));
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

export const inboxPane: Pane = {
  id: 'inbox',
  number: '4',
  title: 'Inbox',
  short: 'Inb',
  hasDetail: false,
  badge: ({ view }) => (view === undefined ? '' : String(view.proposals.size)),
  paint,
  filter: ({ inbox }) => inbox.filter,
  setFilter: (console, text) => console.set({ inbox: { ...console.state.inbox, filter: text, top: 0 } }),
  filterProblem({ inbox }) {
    const filter = inboxFilter(inbox.filter);
    return filter.ok ? undefined : filter.reason;
  },
  move(console, move) {
    const { state } = console;
    const page = Math.max(1, layoutOf(state).list);
    console.set({ inbox: movedIn(listedInbox(state), state.inbox, move, page) });
  },
  selectedName(state) {
    const selected = selectedProposal(state);
    return selected === undefined ? '' : clean(selected.ref);
  },
};
