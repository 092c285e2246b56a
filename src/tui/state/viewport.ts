/** Holds a place in a longer text. */

/** A place in a longer text: the first line shown, or its end, which stays the end as the text grows. */
export interface Viewport {
  readonly top: number | 'end';
  /** Columns scrolled away to the left. */
  readonly left: number;
}
