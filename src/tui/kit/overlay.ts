/** Says what an overlay is to the rest of the console: its keys, its rows, what is typed and pasted into it. */
import { clean, wrap } from '../../text/clean.ts';
import type { Field } from '../state/field.ts';
import type { Overlay } from '../state/overlays.ts';
import type { UiState } from '../state/ui-store.ts';
import { box } from './box.ts';
import type { Binding, Focus } from './keymap.ts';
import { layoutOf } from './layout.ts';
import type { Pane } from './pane.ts';
import type { Line } from './theme.ts';
import type { Ui } from './ui.ts';
import type { ShownText } from './viewer/reading.ts';

/** An answer that throws something away, or changes something, counts no sooner than this after its question appeared. */
export const guardMs = 250;

export interface OverlayRows {
  /** First row of the body that is replaced. */
  readonly top: number;
  readonly rows: readonly string[];
}

/** A line being typed in an overlay. */
export interface TypedLine {
  readonly field: Field;
  put(ui: Ui, field: Field): void;
}

/** One kind of overlay. A new one is an object like this and an entry in app/bindings.ts. */
export interface OverlayKind<S extends Overlay = Overlay> {
  readonly keymap: readonly Binding[];
  /** Where its keys are looked up now, first one first. */
  focuses(overlay: S): readonly Focus[];
  /** Whole rows that replace the pane's; undefined for what has the status line alone. */
  view(state: UiState, overlay: S): OverlayRows | undefined;
  /** The text that has the keys; its focuses then hold those of texts. */
  text?(state: UiState, overlay: S): ShownText | undefined;
  /** In place of the hints. */
  hint(overlay: S): string;
  /** In place of the status line. */
  status?(state: UiState, overlay: S): Line;
  /** The line that keys and pastes go into. */
  line?(overlay: S): TypedLine | undefined;
  /** A key that is no binding, where there is no line. */
  onKey?(ui: Ui, overlay: S, key: string): void;
  /** Instead of putting what was pasted into the line. */
  onPaste?(ui: Ui, overlay: S, text: string): void;
  /** ctrl-c, before it closes the overlay; true when it must stay. */
  onInterrupt?(ui: Ui, overlay: S): boolean;
  /** Keys that arrive together are nobody's answer: ignored. */
  readonly onlyAlone?: boolean;
  /** So fresh that only Esc is heard. */
  isFresh?(overlay: S, nowMs: number): boolean;
}

/** The console's tables, for overlays that list them; filled by app. */
export interface Tables {
  readonly panes: readonly Pane[];
  readonly paneOf: (state: UiState) => Pane;
  /** The text that has the keys. */
  readonly textOf: (state: UiState) => ShownText | undefined;
  /** Asked for when needed: the overlays' own keys are among them, and those that the operator chose. */
  readonly bindings: (state: UiState) => readonly Binding[];
}

/** A box as high as its lines, over the end of the body; of lines without room the last ones are kept, which say what to press. */
export function atBottom(state: UiState, title: string, lines: readonly Line[]): OverlayRows {
  const { body } = layoutOf(state);
  const height = Math.min(body, lines.length + 2);
  const shown = lines.slice(Math.max(0, lines.length - (height - 2)));
  const { style, size } = state;
  return { top: body - height, rows: box(style, size.columns, height, [[clean(title), 'strong']], '', shown) };
}

export function textLines(lines: readonly string[], columns: number): readonly Line[] {
  return lines.flatMap((line) => wrap(clean(line), columns - 4)).map((line): Line => [` ${line}`]);
}
