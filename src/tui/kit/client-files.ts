/** Names what the console asks of agents' clients: which servers they have, and to be connected. Filled by who starts the console. */
import type { ImportItem } from '../../clients/import/draft.ts';
import type { Engine } from '../../engine/index.ts';

/** A change of a client's file that was planned, and waits for a yes. */
export interface PlannedConnection {
  /** `Cursor` */
  readonly title: string;
  readonly file: string;
  /** The unified difference, with secrets hidden. */
  readonly diff: string;
  /** @throws McptuiError `conflict` when the file has changed since */
  readonly write: () => Promise<void>;
}

export interface ClientFiles {
  /** What an import would make of the servers of every client on this machine. */
  plan(
    engine: Pick<Engine, 'commands' | 'view'>,
    options: { readonly project: string; readonly start: boolean },
  ): Promise<readonly ImportItem[]>;
  /** What connecting the clients of these items would write; those that are connected already are left out. */
  connections(items: readonly ImportItem[], project: string): Promise<readonly PlannedConnection[]>;
}
