/** Says what a console is started with, and how it ends. */
import type { Clock } from '../../kernel/clock.ts';
import type { Engine } from '../../engine/index.ts';
import type { KeySource } from '../kit/held-key.ts';
import type { ClientFiles } from '../kit/client-files.ts';
import type { FolderOf, Outcome } from '../kit/terminal.ts';
import type { PaneId } from '../state/pane-id.ts';
import type { ConfigSource } from './config/config-source.ts';
import type { SettingsFile } from './kept-settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConsoleOptions {
  /** May come late: until then the first frame says that the engine is starting. A rejection is shown. */
  readonly engine: Engine | Promise<Engine>;
  readonly clock: Clock;
  /** The engine lives in this process, so quitting asks what becomes of the instances. */
  readonly hosting: boolean;
  readonly readOnly: boolean;
  /** It shows the demo; said in the header. Default false. */
  readonly demo?: boolean;
  readonly user: string;
  /** How decisions are signed; default: not at all. */
  readonly keys?: KeySource;
  readonly version: string;
  readonly start?: { readonly pane?: PaneId };
  readonly env?: Environment;
  /** Where a report goes if the console fails; default: the folder for temporary files. */
  readonly reportDir?: string;
  readonly auditCapacity?: number;
  /** Where choices of the operator are kept from one console to the next; default: nowhere. */
  readonly settings?: SettingsFile;
  /** The file of settings; default: there is none. */
  readonly config?: ConfigSource;
  /** What relative words of a new server mean; default: nothing is looked up. */
  readonly folderOf?: FolderOf;
  /** Looks into the files of agents' clients; default: nobody does. */
  readonly clients?: ClientFiles;
  /** Called once, when it is clear that the console ends, before the terminal is touched: it may take nothing any more. */
  readonly leaving?: (signal: NodeJS.Signals | undefined) => void;
}

export interface ConsoleResult {
  readonly outcome: Outcome;
  /** Set when a signal ended it. */
  readonly signal?: NodeJS.Signals;
}
