/** What keys and palette entries act through: the store, the engine's commands, notices and the way out. */
import type { Clock, EpochMs } from '../../kernel/clock.ts';
import { McptuiError, messageOf } from '../../kernel/errors.ts';
import type { EngineCommands } from '../../engine/index.ts';
import { clean } from '../../text/clean.ts';
import type { EditOptions } from '../overlays/editor/external.ts';
import { emptyField } from '../kit/field.ts';
import type { AskState, Notice, Overlay, Question, UiState, UiStore } from '../state/ui-store.ts';

export type Outcome = 'quit' | 'quit-stop' | 'quit-handover';

/** What only the terminal's owner can do. */
export interface Terminal {
  /** Ends the console; the terminal is restored before anything is printed. */
  quit(outcome: Outcome): void;
  /** Clears and paints everything again. */
  redraw(): void;
  /** Stops the process as ctrl-z does in a shell; undefined where that is not possible. */
  readonly suspend: (() => void) | undefined;
  /** Sends text to the terminal's clipboard. */
  copy(text: string): void;
  /** Rings once, unless the operator turned that off. */
  bell(): void;
  /**
   * Opens the operator's editor on this text while the console is away. Resolves to what was saved, undefined when
   * nothing changed. Undefined where no editor can be started.
   * @throws McptuiError `unavailable` when the editor cannot be started, `invalid` when what it left is no text
   */
  readonly edit: ((text: string, options: EditOptions) => Promise<string | undefined>) | undefined;
  /** Puts a text that could not be saved into a file of its own that stays; its path. */
  keep(text: string, name: string): string;
}

/** How the last act is taken back: by a new one, never by rewriting what happened. */
export interface Undo {
  /** What was done, as it is named in a question: `approval of p7f3`. */
  readonly label: string;
  /** Until then `z` asks nothing; later it asks first. */
  readonly until: EpochMs;
  /** What is said once it is taken back. */
  readonly said: string;
  run(commands: EngineCommands): Promise<unknown>;
}
export type UndoDraft = Omit<Undo, 'until'>;

/** What is said of a command's answer. */
export type Said = readonly [tone: Notice['tone'], text: string, undo?: UndoDraft | undefined];

/** How long a notice stays. */
const noticeMs = 4000;
/** How long `z` takes back at once, and the notice tells so. */
const undoMs = 10_000;

export class Ui {
  readonly store: UiStore;
  readonly clock: Clock;
  readonly terminal: Terminal;
  /** Undefined until the engine is there. */
  #commands: EngineCommands | undefined;

  constructor(store: UiStore, clock: Clock, terminal: Terminal) {
    this.store = store;
    this.clock = clock;
    this.terminal = terminal;
  }

  get commands(): EngineCommands | undefined {
    return this.#commands;
  }

  attach(commands: EngineCommands): void {
    this.#commands = commands;
  }

  get state(): UiState {
    return this.store.getState();
  }

  set(patch: Partial<UiState>): void {
    this.store.setState(patch);
  }

  /** A line at the bottom: four seconds, ten when it can be taken back, failures until Esc. */
  notify(tone: Notice['tone'], text: string, undo?: UndoDraft): void {
    const now = this.clock.now();
    if (undo === undefined) {
      const until = tone === 'bad' ? undefined : now + noticeMs;
      return this.set({ notice: { tone, text: clean(text), until } });
    }
    const kept: Undo = { ...undo, until: now + undoMs };
    this.set({ notice: { tone, text: clean(text), until: kept.until, undo: kept }, undo: kept });
  }

  open(overlay: Overlay): void {
    this.set({ overlay, notice: undefined });
  }

  close(): void {
    this.set({ overlay: undefined });
  }

  ask(question: Question): void {
    this.open({ kind: 'question', question, openedAt: this.clock.monotonicMs() });
  }

  /** Asks for a line of text. */
  askText(draft: Omit<AskState, 'kind' | 'field' | 'openedAt'> & { readonly field?: AskState['field'] }): void {
    this.open({ field: emptyField, ...draft, kind: 'ask', openedAt: this.clock.monotonicMs() });
  }

  /** Leaves at once when a daemon runs the engine; otherwise asks what becomes of the instances. */
  askToQuit(): void {
    if (!this.state.host.hosting) return this.terminal.quit('quit');
    this.ask({ kind: 'quit' });
  }

  /** Runs a command; says what was asked, then how it went. `said` may be worked out from the answer. */
  run<T>(asked: string, said: string | ((answer: T) => Said), work: (commands: EngineCommands) => Promise<T>): void {
    const commands = this.#commands;
    if (commands === undefined) return this.notify('info', 'the engine is still starting');
    if (this.state.link.state === 'lost') return this.notify('bad', 'the daemon is away: nothing was sent');
    this.notify('info', asked);
    work(commands).then(
      (answer) => {
        if (typeof said === 'string') this.notify('ok', said);
        else this.notify(...said(answer));
      },
      (error: unknown) => this.notify('bad', failureText(error)),
    );
  }
}

/** The message of an error with its hint, in one line. */
export function failureText(error: unknown): string {
  const hint = error instanceof McptuiError && error.hint !== undefined ? `: ${error.hint}` : '';
  return `${messageOf(error)}${hint}`;
}
