/** Holds how a text is read: where, what is looked for in it, and which of its lines are shown. */
import type { PaneId } from './pane-id.ts';

/** A row of a line on screen; lines are objects of their text. */
export interface ViewerPlace {
  readonly line: object;
  /** Of the rows that a wrapped line takes, from 0. */
  readonly row: number;
}

export interface ViewerState {
  /** The first row on screen; the end stays the end, and the start the start, while lines are added there. */
  readonly top: 'start' | 'end' | ViewerPlace;
  /** The last line there was when the reader left the end. */
  readonly leftEndAt: object | undefined;
  /** Columns scrolled away to the left. */
  readonly left: number;
  readonly wrap: boolean;
  readonly find: string;
  /** The line that was found last. */
  readonly found: object | undefined;
  /** Patterns of the lines that are shown, and of those that are not; empty for none. */
  readonly keep: string;
  readonly hide: string;
}

export const newViewer: ViewerState = {
  top: 'start',
  leftEndAt: undefined,
  left: 0,
  wrap: true,
  find: '',
  found: undefined,
  keep: '',
  hide: '',
};

/** By pane the text that is read there: `of` tells which one it is. */
export type Texts = Readonly<Partial<Record<PaneId, { readonly of: string; readonly view: ViewerState }>>>;
