/** Holds where the operator stands in Prompts, which lists skills, too. */
import type { ContentDetail, DiffView, RevisionView } from '../../../engine/index.ts';
import { plainSave, type SaveChoice } from '../save-choice.ts';
import { newList, type ListState } from '../list.ts';

export const promptTabs = ['Body', 'Diff', 'History', 'Bindings'] as const;
export type PromptTab = (typeof promptTabs)[number];

/** What the list is of. */
export type Shelf = 'prompt' | 'skill';

/** Semvers of two revisions; the default are the live one and the one before it. */
export type Pair = readonly [left: string, right: string];

export interface HistoryState {
  /** Id of the row that it is about; of another one nothing is chosen yet. */
  readonly of: string | undefined;
  /** Row of the list, 0 = the newest. */
  readonly at: number;
  /** The live revision when they were marked: marks do not outlive a save. */
  readonly live: string | undefined;
  /** Semvers, the one marked last at the end; two at most. */
  readonly marks: readonly string[];
  readonly pair: Pair | undefined;
}

/** What was asked of the engine for one row. */
export interface LoadedPrompt {
  readonly of: string;
  readonly detail: ContentDetail | undefined;
  readonly revisions: readonly RevisionView[] | undefined;
  readonly diff: { readonly pair: Pair | undefined; readonly view: DiffView } | undefined;
  readonly error: { readonly tab: PromptTab; readonly message: string } | undefined;
}

export interface PromptsState extends ListState {
  readonly shelf: Shelf;
  /** Where the operator stood in the other list. */
  readonly other: ListState;
  /** Only those whose link is broken. */
  readonly problemsOnly: boolean;
  readonly tab: PromptTab;
  /** The first row of the history on screen. */
  readonly historyTop: number;
  /** For the next save. */
  readonly save: SaveChoice;
  readonly history: HistoryState;
  readonly loaded: LoadedPrompt | undefined;
  /** How often the operator asked for all of it again. */
  readonly refreshed: number;
}

export const noHistory: HistoryState = { of: undefined, at: 0, live: undefined, marks: [], pair: undefined };
export const newPrompts: PromptsState = {
  ...newList,
  shelf: 'prompt',
  other: newList,
  problemsOnly: false,
  tab: 'Body',
  historyTop: 0,
  save: plainSave,
  history: noHistory,
  loaded: undefined,
  refreshed: 0,
};
