/** Holds how the table of each pane is shown: what the operator chose, and finds again next time. */
import type { PaneId } from './pane-id.ts';

export interface TableState {
  /** Title of the column by which the rows are sorted; empty for the pane's own order. */
  readonly sort: string;
  readonly reverse: boolean;
  /** Titles of columns that are left out. */
  readonly hidden: readonly string[];
  /** All columns over the whole width: the detail gives way. */
  readonly wide: boolean;
}

export type Tables = Readonly<Record<PaneId, TableState>>;

export const newTable: TableState = { sort: '', reverse: false, hidden: [], wide: false };

export const newTables: Tables = {
  instances: newTable,
  prompts: newTable,
  personalities: newTable,
  inbox: newTable,
  audit: newTable,
  sessions: newTable,
  logs: newTable,
  tools: newTable,
};
