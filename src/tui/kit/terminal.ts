/** Names what only the terminal's owner can do: leave, copy, ring, hand the screen to an editor. */

import type { ClientFiles } from './client-files.ts';

export type Outcome = 'quit' | 'quit-stop' | 'quit-handover';

export interface EditOptions {
  /** Of the temporary file, so that the editor's title tells what it is: `prompt-style.md`. */
  readonly name: string;
  /** Why it is opened once more: stands on top as comments, which are taken off again. */
  readonly error?: string;
  /** A text that was left as it is counts, too. */
  readonly acceptsUnchanged?: boolean;
}

/** What words of a server mean from where the operator stands. */
export interface WordsHere {
  /** The whole command, or the arguments of a package. */
  readonly words: readonly string[];
  readonly isCommand: boolean;
  /** As it was typed; may be relative. */
  readonly cwd: string | undefined;
}

/**
 * The working folder that a definition keeps for these words; undefined = one of the server's own.
 * @throws McptuiError `invalid` where a word's meaning is not certain
 */
export type FolderOf = (words: WordsHere) => string | undefined;

export interface Terminal {
  /** Ends the console; the terminal is restored before anything is printed. */
  quit(outcome: Outcome): void;
  /** Clears and paints everything again. */
  redraw(): void;
  /** Stops the process as ctrl-z does in a shell; undefined where that is not possible. */
  readonly suspend: (() => void) | undefined;
  /** Sends text to the terminal's clipboard. */
  copy(text: string): void;
  /** Turns reports of wheel and clicks on or off; while they are on, the terminal selects text only with shift. */
  mouse(isOn: boolean): void;
  /** Rings once. */
  bell(): void;
  /**
   * Opens the operator's editor on this text while the console is away. Resolves to what was saved, undefined when
   * nothing changed. Undefined where no editor can be started.
   * @throws McptuiError `unavailable` when the editor cannot be started, `invalid` when what it left is no text
   */
  readonly edit: ((text: string, options: EditOptions) => Promise<string | undefined>) | undefined;
  /** Shows a text in the operator's pager while the console is away. Undefined where none can be started. */
  readonly page: ((text: string, name: string) => Promise<void>) | undefined;
  /**
   * Writes a text to a file that the operator names, readable to him alone; the path. Undefined when there is a file
   * of that name and nobody has agreed to replace it.
   * @throws McptuiError `unavailable` when it cannot be written
   */
  save(text: string, path: string, isAgreed: boolean): string | undefined;
  /** Puts a text that could not be saved into a file of its own that stays; its path. */
  keep(text: string, name: string): string;
  readonly folderOf: FolderOf;
  /** Undefined where no client's files may be looked at. */
  readonly clients: ClientFiles | undefined;
}
