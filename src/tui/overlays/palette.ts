/** Runs what is typed: actions here and now, panes, what they list, and `verb NAME`. */
import { clean, fit, widthOf } from '../../text/clean.ts';
import { box } from '../kit/box.ts';
import { fieldSpans } from '../kit/field-spans.ts';
import { bind, type Binding } from '../kit/keymap.ts';
import { layoutOf } from '../kit/layout.ts';
import type { OverlayKind, Tables } from '../kit/overlay.ts';
import type { Line } from '../kit/theme.ts';
import type { Ui } from '../kit/ui.ts';
import { emptyField, fieldOf } from '../state/field.ts';
import type { PaletteState } from '../state/overlays.ts';
import type { UiState } from '../state/ui-store.ts';
import { paletteEntries, type Entry } from './palette-entries.ts';

const historyLimit = 50;

export function openPalette(ui: Ui, actionsOnly: boolean): void {
  ui.open({ kind: 'palette', actionsOnly, field: emptyField, index: 0, recalled: -1 });
}

interface Shown {
  readonly overlay: PaletteState;
  readonly entries: readonly Entry[];
  /** The entry under the keys. */
  readonly index: number;
}

/** A line typed before. */
function recall(ui: Ui, overlay: PaletteState, step: 1 | -1): void {
  const { history } = ui.state;
  const recalled = Math.min(history.length - 1, Math.max(-1, overlay.recalled + step));
  const text = history[recalled];
  ui.set({ overlay: { ...overlay, recalled, index: 0, field: text === undefined ? emptyField : fieldOf(text) } });
}

function runEntry(ui: Ui, { overlay, entries, index }: Shown): void {
  const entry = entries[index];
  if (entry === undefined) return;
  const typed = overlay.field.text.trim();
  const { history } = ui.state;
  ui.close();
  if (typed !== '') ui.set({ history: [typed, ...history.filter((line) => line !== typed)].slice(0, historyLimit) });
  const refusal = entry.refusal();
  if (refusal === undefined) entry.run(ui);
  else ui.notify('info', refusal);
}

export function paletteOverlay(tables: Tables): OverlayKind<PaletteState> {
  const shownIn = (state: UiState, overlay: PaletteState): Shown => {
    const entries = paletteEntries(tables, state, overlay.field.text, overlay.actionsOnly);
    return { overlay, entries, index: Math.min(overlay.index, Math.max(0, entries.length - 1)) };
  };
  const open = (state: UiState): Shown | string =>
    state.overlay?.kind === 'palette' ? shownIn(state, state.overlay) : 'the palette is not open: : opens it';
  const choose = (ui: Ui, { overlay }: Shown, index: number): void => ui.set({ overlay: { ...overlay, index } });
  const keymap: readonly Binding[] = [
    bind({
      id: 'palette.up',
      keys: ['up'],
      focus: 'palette',
      help: 'the entry above; from the first one, what was typed before',
      repeats: true,
      target: open,
      run(shown, ui) {
        if (shown.index === 0 && shown.overlay.field.text === '') recall(ui, shown.overlay, 1);
        else choose(ui, shown, Math.max(0, shown.index - 1));
      },
    }),
    bind({
      id: 'palette.down',
      keys: ['down'],
      focus: 'palette',
      help: 'the entry below',
      repeats: true,
      target: open,
      run: (shown, ui) => choose(ui, shown, Math.min(shown.entries.length - 1, shown.index + 1)),
    }),
    bind({
      id: 'palette.older',
      keys: ['ctrl-p'],
      focus: 'palette',
      help: 'what was typed before',
      repeats: true,
      target: open,
      run: ({ overlay }, ui) => recall(ui, overlay, 1),
    }),
    bind({
      id: 'palette.newer',
      keys: ['ctrl-n'],
      focus: 'palette',
      help: 'what was typed after that',
      repeats: true,
      target: open,
      run: ({ overlay }, ui) => recall(ui, overlay, -1),
    }),
    bind({
      id: 'palette.run',
      keys: ['enter'],
      focus: 'palette',
      help: 'run the chosen entry',
      target: open,
      run: (shown, ui) => runEntry(ui, shown),
    }),
    bind({
      id: 'palette.close',
      keys: ['esc'],
      focus: 'palette',
      help: 'run nothing',
      repeats: true,
      target: open,
      run: (_shown, ui) => ui.close(),
    }),
  ];
  return {
    keymap,
    focuses: () => ['palette'],
    view: (state, overlay) => ({ top: 0, rows: paletteRows(state, shownIn(state, overlay)) }),
    hint: () => 'type to search · ↑ ↓ choose · ctrl-p older · enter runs · Esc closes',
    line: (overlay) => ({
      field: overlay.field,
      put: (ui, field) => ui.set({ overlay: { ...overlay, field, index: 0, recalled: -1 } }),
    }),
  };
}

function paletteRows(state: UiState, { overlay, entries, index }: Shown): readonly string[] {
  const { style, size } = state;
  const height = Math.min(layoutOf(state).body, 18);
  const room = height - 4;
  const top = Math.min(Math.max(0, index - room + 1), Math.max(0, entries.length - room));
  const lines: Line[] = [[' : ', ...fieldSpans(overlay.field, size.columns - 8)], []];
  for (const [slot, entry] of entries.slice(top, top + room).entries()) {
    const chosen = top + slot === index;
    const name = `${fit(entry.name, Math.max(24, Math.min(40, widthOf(entry.name))))} `;
    const refusal = entry.refusal();
    const reason = refusal === undefined ? '' : ` · ${clean(refusal)}`;
    const tone = refusal === undefined ? 'plain' : 'dim';
    lines.push([chosen ? ' ▸ ' : '   ', [name, chosen ? 'strong' : tone], [`${entry.about}${reason}`, 'dim']]);
  }
  if (entries.length === 0) lines.push(['   nothing matches']);
  const title = overlay.actionsOnly ? 'Actions here' : 'Command';
  const note = entries.length === 1 ? '1 match' : `${entries.length} matches`;
  return box(style, size.columns, height, [[title, 'strong']], note, lines);
}
