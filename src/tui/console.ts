/** What keys and palette entries act through: the store, the engine's commands, notices and the way out. */
import type { Clock } from '../clock.ts';
import { McptuiError, messageOf } from '../errors.ts';
import type { EngineCommands } from '../engine/index.ts';
import { clean } from './clean.ts';
import type { Notice, Overlay, PaneId, UiState, UiStore } from './ui-store.ts';

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
}

/** How long a notice stays. */
const noticeMs = 4000;

export class Console {
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

  /** A line at the bottom: four seconds, failures until Esc. */
  notify(tone: Notice['tone'], text: string): void {
    const until = tone === 'bad' ? undefined : this.clock.now() + noticeMs;
    this.set({ notice: { tone, text: clean(text), until } });
  }

  open(overlay: Overlay): void {
    this.set({ overlay, notice: undefined });
  }

  close(): void {
    this.set({ overlay: undefined });
  }

  /** Filters the list of a pane; the audit list does its own searching. */
  filter(pane: PaneId, text: string): void {
    const { state } = this;
    if (pane === 'audit') {
      state.audit.list.setFilter(text);
      const { audit } = state;
      this.set({ audit: { ...audit, filter: text, revision: audit.revision + 1, topRow: undefined, top: 0 } });
    } else if (pane === 'instances') this.set({ instances: { ...state.instances, filter: text, top: 0 } });
    else if (pane === 'sessions') this.set({ sessions: { ...state.sessions, filter: text, top: 0 } });
    else this.set({ logs: { ...state.logs, filter: text, top: 'end' } });
  }

  /** Leaves at once when a daemon runs the engine; otherwise asks what becomes of the instances. */
  askToQuit(): void {
    if (!this.state.host.hosting) return this.terminal.quit('quit');
    this.open({ kind: 'question', question: { kind: 'quit' }, openedAt: this.clock.monotonicMs() });
  }

  /** Runs a command; says what was asked, then how it went. `said` may be worked out from the answer. */
  run<T>(
    asked: string,
    said: string | ((answer: T) => readonly [Notice['tone'], string]),
    work: (commands: EngineCommands) => Promise<T>,
  ): void {
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
