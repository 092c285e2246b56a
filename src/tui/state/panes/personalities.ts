/** Holds where the operator stands in Personalities. */
import type { Composition, DiffView } from '../../../engine/index.ts';
import { newList, type ListState } from '../list.ts';

export const personalityTabs = ['Bindings', 'Preview', 'Diff'] as const;
export type PersonalityTab = (typeof personalityTabs)[number];

/** An order of bindings that is not saved yet. */
export interface NewOrder {
  /** Id of the personality. */
  readonly of: string;
  /** Hash of what it was made from. */
  readonly base: string;
  readonly prompts: readonly string[];
}

/** What was asked of the engine for one personality. */
export interface LoadedPersonality {
  readonly of: string;
  readonly composition: Composition | undefined;
  readonly diff: DiffView | undefined;
  readonly error: string | undefined;
}

export interface PersonalitiesState extends ListState {
  readonly tab: PersonalityTab;
  /** The first line of the bindings on screen. */
  readonly bindingsTop: number;
  /** The binding that the keys are about: its row, of the personality with this id. */
  readonly binding: { readonly of: string | undefined; readonly at: number };
  readonly order: NewOrder | undefined;
  readonly loaded: LoadedPersonality | undefined;
  /** How often the operator asked for all of it again. */
  readonly refreshed: number;
}

export const newPersonalities: PersonalitiesState = {
  ...newList,
  tab: 'Bindings',
  bindingsTop: 0,
  binding: { of: undefined, at: 0 },
  order: undefined,
  loaded: undefined,
  refreshed: 0,
};
