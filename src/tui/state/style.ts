/** Holds how the terminal is painted on. */

export interface Style {
  readonly color: boolean;
}
