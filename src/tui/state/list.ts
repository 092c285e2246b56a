/** Holds where the operator stands in a list whose rows have ids. */

export interface ListState {
  /** Undefined until the operator touched the list: then the first row is meant. */
  readonly selected: string | undefined;
  /** Row of the selection when it was made: when that row goes, the next one takes its place. */
  readonly at: number;
  readonly top: number;
  readonly filter: string;
}

export const newList: ListState = { selected: undefined, at: 0, top: 0, filter: '' };
