/** Says what a pane is to the rest of the console: everything that differs from pane to pane is asked here. */
import type { CopyItem } from '../../text/copy-item.ts';
import type { EngineCommands, EngineView } from '../../engine/index.ts';
import type { Ui } from './ui.ts';
import type { Move } from './scroll.ts';
import type { ShownText } from './viewer/reading.ts';
import type { PaneId } from '../state/pane-id.ts';
import type { UiState } from '../state/ui-store.ts';

/** An order of rows, by the title of a column. */
export interface RowOrder {
  readonly by: string;
  /** What is said once they are sorted by it. */
  readonly said?: string;
}

/** Request of a pane to the engine, for what it shows now. */
export interface Wanted {
  /** Asked for once while it stays the same. */
  readonly key: string;
  /** The same thing is shown already, so this is only news of it and need not wait until the selection rests. */
  readonly again: boolean;
  /** Answers with what to change in the state as it is by then; nothing when it is about something else. */
  load(commands: EngineCommands): Promise<(state: UiState) => Partial<UiState>>;
  failed(message: string): (state: UiState) => Partial<UiState>;
}

/** The pane's body as rows of text. */
export interface PaneFrame {
  readonly rows: readonly string[];
  /** A small still table drawn by a component over blank rows of the frame. */
  readonly table?: {
    readonly top: number;
    readonly height: number;
    readonly data: readonly Readonly<Record<string, string>>[];
  };
}

/** A row that the palette can name, in whichever pane the operator is. */
export interface Resource {
  readonly name: string;
  about(state: UiState): string;
  /** The state as if it were selected in its pane: what a verb's binding is asked for its refusal. */
  selectedIn(state: UiState): UiState;
  /** Selects it in its pane, which is in front by then; lifts a filter that hides it. */
  select(ui: Ui): void;
}

export interface Arrival {
  readonly text: string;
  readonly bell: boolean;
}

export interface Pane {
  readonly id: PaneId;
  /** The key that shows it. */
  readonly number: string;
  readonly title: string;
  /** Three or four letters, for narrow screens. */
  readonly short: string;
  /** The title where not all titles fit; absent = the title. */
  readonly snug?: string;
  /** Its key while it is in front: the next of what it lists. */
  again?(ui: Ui): void;
  /** Lists what its title says; asked when it was called by that name. */
  titled?(ui: Ui): void;
  /** How many it holds and how many of them fail: `8!3`; empty when that says nothing. */
  badge(state: UiState): string;
  paint(state: UiState): PaneFrame;
  /** What `/` was given. */
  filter(state: UiState): string;
  setFilter(ui: Ui, text: string): void;
  /** The text that has the keys, undefined while it is the list: then `/` finds in it and movement is about it. */
  text?(state: UiState): ShownText | undefined;
  /** Why the filter does not work. */
  filterProblem(state: UiState): string | undefined;
  /** In its list, or in its detail when that has the focus. */
  move(ui: Ui, move: Move): void;
  /** Of the selected row, cleaned, for the end of the line of hints. */
  selectedName?(state: UiState): string;
  /** What `y` offers of the selected row. */
  copyItems?(state: UiState): readonly CopyItem[];
  /** Esc and ctrl-c: ends what this pane has under way, before anything is closed; true when there was something. */
  cancel?(ui: Ui): boolean;
  /** Goes back one step inside the detail; false when there is none. */
  backInDetail?(ui: Ui): boolean;
  /** Gives the keys to the next of its own parts; undefined while it has none but list and detail. */
  nextPart?(state: UiState): ((ui: Ui) => void) | undefined;
  /** Esc: closes one level that only this pane knows of; true when there was one. */
  back?(ui: Ui): boolean;
  /** What its glyphs mean, for the help. */
  readonly legend?: string;
  /** Titles of the columns of its list that may be left out. */
  readonly columns?: readonly string[];
  /** Title of the column that is always there. */
  readonly grows?: string;
  /** What its rows can be sorted by; the first one is its own order. */
  readonly orders?: readonly RowOrder[];
  /** There is a detail that `+` shows alone. */
  readonly hasDetail: boolean;
  wants?(state: UiState): Wanted | undefined;
  /** What to remember of what is on screen now; nothing when that is known. Asked after every change. */
  observe?(state: UiState): Partial<UiState> | undefined;
  /** Forgets what was loaded, so that it is asked for again. */
  refresh?(state: UiState): Partial<UiState>;
  /** `verb NAME` in the palette: the word, and the binding it stands for. */
  readonly verbs?: Readonly<Record<string, string>>;
  resources?(view: EngineView): readonly Resource[];
  /** What to tell when the view changed, whichever pane is in front. */
  arrived?(before: EngineView, after: EngineView): Arrival | undefined;
}
