/** Shows the keys: those that work here with the reason where one does nothing now, then those of every overlay. */
import { clean, fit } from '../../text/clean.ts';
import { box } from '../kit/box.ts';
import { fieldSpans } from '../kit/field-spans.ts';
import { bind, focusesOf, focusTitle, keyLabel, overlayFocuses, type Binding } from '../kit/keymap.ts';
import { layoutOf } from '../kit/layout.ts';
import type { OverlayKind, Tables } from '../kit/overlay.ts';
import type { Line } from '../kit/theme.ts';
import { emptyField } from '../state/field.ts';
import type { HelpState } from '../state/overlays.ts';
import type { UiState } from '../state/ui-store.ts';

const open = (state: UiState): HelpState | string =>
  state.overlay?.kind === 'help' ? state.overlay : 'the help is not open: ? shows it';

/** Rows of the list, and so of a page. */
const pageOf = (state: UiState): number => Math.max(1, layoutOf(state).body - 4);

export function helpOverlay({ bindings, panes, paneOf }: Tables): OverlayKind<HelpState> {
  const lines = (state: UiState, query: string): readonly Line[] => helpLines(bindings(), state, query);
  const scroll = (id: string, key: string, help: string, by: (page: number) => number): Binding =>
    bind({
      id: `help.${id}`,
      keys: [key],
      focus: 'help',
      help,
      repeats: true,
      target: open,
      run(overlay, ui) {
        const page = pageOf(ui.state);
        const last = Math.max(0, lines(ui.state, overlay.field.text).length - page);
        ui.set({ overlay: { ...overlay, top: Math.min(last, Math.max(0, overlay.top + by(page))) } });
      },
    });
  const keymap: readonly Binding[] = [
    scroll('up', 'up', 'a line up', () => -1),
    scroll('down', 'down', 'a line down', () => 1),
    scroll('page-up', 'pgup', 'a page up', (page) => -page),
    scroll('page-down', 'pgdn', 'a page down', (page) => page),
    bind({
      id: 'help.back',
      keys: ['esc'],
      focus: 'help',
      help: 'clear the search, then close the help',
      repeats: true,
      target: open,
      run(overlay, ui) {
        if (overlay.field.text === '') ui.close();
        else ui.set({ overlay: { ...overlay, field: emptyField, top: 0 } });
      },
    }),
    bind({
      id: 'help.close',
      keys: ['enter'],
      focus: 'help',
      help: 'close the help',
      repeats: true,
      target: open,
      run: (_help, ui) => ui.close(),
    }),
    bind({
      id: 'help.toggle',
      keys: ['?'],
      focus: 'help',
      help: 'close the help again, while nothing is searched for',
      repeats: true,
      applies: ({ overlay }) => overlay?.kind === 'help' && overlay.field.text === '',
      target: open,
      run: (_help, ui) => ui.close(),
    }),
  ];
  return {
    keymap,
    focuses: () => ['help'],
    view(state, overlay) {
      const { style, size } = state;
      const all = lines(state, overlay.field.text);
      const room = pageOf(state);
      const top = Math.min(overlay.top, Math.max(0, all.length - room));
      const shown: Line[] = [
        [' search: ', ...fieldSpans(overlay.field, size.columns - 16)],
        ...all.slice(top, top + room),
      ];
      while (shown.length < room + 1) shown.push([]);
      shown.push([[` ${paneOf(state).legend ?? panes[0]?.legend ?? ''}`, 'dim']]);
      const range = `${top + 1}-${Math.min(all.length, top + room)} of ${all.length}`;
      const note = `pane first, then everywhere · ${range}`;
      return { top: 0, rows: box(style, size.columns, layoutOf(state).body, [['Help', 'strong']], note, shown) };
    },
    hint: () => 'type to search · ↑ ↓ PgUp PgDn scroll · Esc closes',
    line: (overlay) => ({
      field: overlay.field,
      put: (ui, field) => ui.set({ overlay: { ...overlay, field, top: 0 } }),
    }),
  };
}

/** The bindings that work here, the pane's first; behind them those of overlays, which work once these are open. */
function helpLines(bindings: readonly Binding[], state: UiState, query: string): readonly Line[] {
  const here: UiState = { ...state, overlay: undefined };
  const wanted = query.trim().toLowerCase();
  const lines: Line[] = [];
  for (const focus of [...focusesOf(state), ...overlayFocuses]) {
    const group = bindings.filter(
      ({ focus: own, id, help, keys }) =>
        own === focus && `${id} ${help} ${keys.join(' ')}`.toLowerCase().includes(wanted),
    );
    if (group.length === 0) continue;
    if (lines.length > 0) lines.push([]);
    lines.push([[` ${focusTitle(focus)}`, 'strong']]);
    const isOfOverlay = overlayFocuses.includes(focus);
    for (const binding of group) lines.push(bindingLine(binding, isOfOverlay ? undefined : binding.refusal(here)));
  }
  if (lines.length === 0) lines.push([' no key matches']);
  return lines;
}

function bindingLine({ id, keys, help }: Binding, reason: string | undefined): Line {
  const shown = fit(keys.map(keyLabel).join(' '), 14);
  if (reason === undefined) return [' ', [shown, 'accent'], [fit(help, 46), 'plain'], [`  ${id}`, 'dim']];
  return [' ', [shown, 'dim'], [fit(help, 46), 'dim'], [`  not now: ${clean(reason)}`, 'warn']];
}
