/** Holds what the file of settings says of the console. */
import type { PaneId } from './pane-id.ts';
import type { Skin } from './style.ts';

/** What rings the terminal's bell. */
export type Bell = 'off' | 'inbox' | 'errors' | 'all';

/** Actions whose keys are other ones than usual; none = no key. */
export type Keymap = Readonly<Record<string, readonly string[]>>;

/** Undefined where the file says nothing. */
export interface ConsoleConfig {
  readonly skin?: Skin;
  readonly mouse?: boolean;
  readonly ascii?: boolean;
  readonly reduceMotion?: boolean;
  readonly bell?: Bell;
  readonly keymap: Keymap;
  /** Titles of the columns that the table of a pane shows. */
  readonly columns: Readonly<Partial<Record<PaneId, readonly string[]>>>;
}

export const noConsoleConfig: ConsoleConfig = { keymap: {}, columns: {} };
