/** Holds an import as it is shown: servers of agents' clients, and which of them are chosen. */

/** An entry of a client's file, as it is shown: no secret is in it. */
export interface ImportRow {
  readonly id: string;
  /** Ours; empty for a file that cannot be read. */
  readonly name: string;
  /** `claude-code user` */
  readonly from: string;
  readonly file: string;
  /** What it runs. */
  readonly source: string;
  readonly state: 'new' | 'same' | 'refused';
  /** How it is changed, or why it is not taken. */
  readonly changes: readonly string[];
  /** Questions that nobody has answered yet. */
  readonly needs: readonly string[];
}

/** Servers of agents' clients that may be imported. */
export interface ImportState {
  readonly kind: 'import';
  readonly key: object;
  /** Undefined while the files are read. */
  readonly rows: readonly ImportRow[] | undefined;
  /** Ids. */
  readonly chosen: readonly string[];
  readonly index: number;
  /** They start at once. */
  readonly starts: boolean;
}
