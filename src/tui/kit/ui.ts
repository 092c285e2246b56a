/** Gives keys and palette entries what they act through: the store, the engine's commands, notices and the way out. */
import type { Clock } from '../../kernel/clock.ts';
import { McptuiError, messageOf } from '../../kernel/errors.ts';
import type { EngineCommands } from '../../engine/index.ts';
import { clean } from '../../text/clean.ts';
import { emptyField, type Field } from '../state/field.ts';
import type { Notice, Undo } from '../state/notice.ts';
import type { AskState, HiddenState, Keyed, Overlay, PickState, Question } from '../state/overlays.ts';
import type { PaneId } from '../state/pane-id.ts';
import type { UiState, UiStore } from '../state/ui-store.ts';
import { HeldKey, type KeySource } from './held-key.ts';
import type { Terminal } from './terminal.ts';

/** Takes an act back; the answer does it again. */
type UndoRun = (commands: EngineCommands) => Promise<UndoDraft>;
/** `text` is what was typed, trimmed; empty for a question. */
type Act = (ui: Ui, text: string) => void;

/** An act that can be taken back, or one taken back that can be done again, and how. */
export interface UndoDraft extends Omit<Undo, 'until' | 'key'> {
  readonly run: UndoRun;
}

type WithAct<Q> = Q extends { readonly kind: 'quit' }
  ? never
  : Q & { readonly act: (ui: Ui) => void; readonly declined?: (ui: Ui) => void };
/** A question, what a yes does, and what a no does beyond closing it. */
export type QuestionDraft = WithAct<Question>;

/** A line to be asked for, and what becomes of it. */
export interface AskDraft extends Omit<AskState, 'kind' | 'key' | 'field' | 'openedAt'> {
  readonly field?: Field;
  /** What is wrong with the text, which then stays to be mended. */
  readonly check?: (text: string, state: UiState) => string | undefined;
  /** `text` is trimmed. */
  readonly act: (ui: Ui, text: string) => void;
}

/** A list to choose from, and what becomes of the choice. */
export interface PickDraft extends Pick<PickState, 'title' | 'does' | 'choices'> {
  readonly act: (ui: Ui, id: string) => void;
}

/** A secret value to be asked for, and what becomes of it: it goes nowhere else. */
export interface HiddenDraft extends Pick<HiddenState, 'title' | 'about' | 'label'> {
  readonly act: (ui: Ui, value: string) => void;
  /** It was closed instead. */
  readonly declined?: (ui: Ui) => void;
}

/** Notice that is made of a command's answer. */
export type Said = readonly [
  tone: Notice['tone'],
  text: string,
  undo?: UndoDraft | undefined,
  key?: Undo['key'] | undefined,
];

/** How long a notice stays. */
const noticeMs = 4000;
/** Notices that `:messages` shows. */
const mostMessages = 200;
/** How long `z` and `Z` act at once, and the notice tells so. */
const undoMs = 10_000;

export class Ui {
  readonly store: UiStore;
  readonly clock: Clock;
  readonly terminal: Terminal;
  /** What decisions are signed with. */
  readonly keys: HeldKey;
  /** Undefined until the engine is there. */
  #commands: EngineCommands | undefined;
  /** By key of the overlay. */
  readonly #acts = new WeakMap<object, Act>();
  readonly #declines = new WeakMap<object, (ui: Ui) => void>();
  readonly #checks = new WeakMap<object, NonNullable<AskDraft['check']>>();
  readonly #undos = new WeakMap<Undo, UndoRun>();

  constructor(store: UiStore, clock: Clock, terminal: Terminal, source?: KeySource) {
    this.store = store;
    this.clock = clock;
    this.terminal = terminal;
    this.keys = new HeldKey({
      clock,
      source,
      changed: (unlocked) => this.set({ unlocked }),
      ask: (draft) => this.askHidden(draft),
    });
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
  notify(tone: Notice['tone'], text: string, undo?: UndoDraft, key: Undo['key'] = 'z'): void {
    const now = this.clock.now();
    if (undo === undefined) {
      const until = tone === 'bad' ? undefined : now + noticeMs;
      return this.#say({ tone, text: clean(text), at: now, until });
    }
    const { label, said, run } = undo;
    const kept: Undo = { key, label, said, until: now + undoMs };
    this.#undos.set(kept, run);
    this.#say({ tone, text: clean(text), at: now, until: kept.until, undo: kept });
    // What is done anew ends what could have been done again.
    this.set(key === 'z' ? { undo: kept, redo: undefined } : { redo: kept });
  }

  #say(notice: Notice): void {
    this.set({ notice, messages: [...this.state.messages, notice].slice(-mostMessages) });
  }

  /** Takes an act back at once, or does again what was taken back; the other key turns it round. */
  takeBack(undo: Undo): void {
    const run = this.#undos.get(undo);
    const isBack = undo.key === 'z';
    this.set({ ...(isBack ? { undo: undefined } : { redo: undefined }), notice: undefined });
    const asked = `${isBack ? 'taking back' : 'doing again'}: ${undo.label} …`;
    if (run !== undefined) this.run(asked, (turned): Said => ['ok', undo.said, turned, isBack ? 'Z' : 'z'], run);
  }

  showPane(id: PaneId): void {
    const { state } = this;
    const uncovered = { overlay: undefined, covered: [] };
    if (state.pane === id) return this.set(uncovered);
    this.set({ pane: id, previousPane: state.pane, focus: 'list', zoomed: false, ...uncovered });
  }

  /** Lays it over what is there; that comes back when it closes. */
  open(overlay: Overlay): void {
    const { overlay: top, covered } = this.state;
    this.set({ overlay, covered: top === undefined ? covered : [...covered, top], notice: undefined });
  }

  /** Closes the overlay on top, or this one wherever it is. */
  close(which: Overlay | undefined = this.state.overlay): void {
    const { overlay, covered } = this.state;
    const left = [...covered, ...(overlay === undefined ? [] : [overlay])].filter((one) => one !== which);
    this.set({ overlay: left.at(-1), covered: left.slice(0, -1) });
  }

  /** The open overlay of this key, as it is by now; undefined when it was closed. */
  opened<S extends Overlay & Keyed>({ kind, key }: Pick<S, 'kind' | 'key'>): S | undefined {
    const { overlay, covered } = this.state;
    const isIt = (one: Overlay | undefined): one is S => one?.kind === kind && (one as Keyed).key === key;
    return isIt(overlay) ? overlay : covered.find(isIt);
  }

  /** Changes an overlay that is open, also one that is covered by now. */
  put(next: Overlay & Keyed): void {
    const { overlay, covered } = this.state;
    const renewed = (one: Overlay): Overlay => ('key' in one && one.key === next.key ? next : one);
    this.set({ overlay: overlay === undefined ? undefined : renewed(overlay), covered: covered.map(renewed) });
  }

  ask({ act, declined, ...question }: QuestionDraft): void {
    const key = {};
    if (declined !== undefined) this.#declines.set(key, declined);
    this.#acts.set(key, act);
    this.open({ kind: 'question', key, question, openedAt: this.clock.monotonicMs() });
  }

  /** Asks for a line of text. */
  askText({ act, check, ...asked }: AskDraft): void {
    const key = {};
    this.#acts.set(key, act);
    if (check !== undefined) this.#checks.set(key, check);
    this.open({ field: emptyField, ...asked, kind: 'ask', key, openedAt: this.clock.monotonicMs() });
  }

  /** Lets the operator choose from a list; `act` is told the id. */
  pick({ act, ...draft }: PickDraft): void {
    const key = {};
    this.#acts.set(key, act);
    const on = draft.choices.findIndex(({ isOn }) => isOn);
    this.open({ ...draft, kind: 'pick', key, field: emptyField, index: Math.max(0, on) });
  }

  /** Asks for a secret value, which is not shown. */
  askHidden({ act, declined, ...asked }: HiddenDraft): void {
    const key = {};
    if (declined !== undefined) this.#declines.set(key, declined);
    this.#acts.set(key, act);
    this.open({ ...asked, kind: 'hidden', key, length: 0, lines: 0 });
  }

  /** Why a line that was asked for cannot be taken; undefined when it can. */
  faultOf(key: object, text: string): string | undefined {
    return this.#checks.get(key)?.(text, this.state);
  }

  /** Closes the question or the line that was asked for, and does what it was about. */
  answer(key: object, text = ''): void {
    this.close();
    this.#acts.get(key)?.(this, text);
  }

  /** Closes the question, which was answered with no. */
  decline(key: object): void {
    this.close();
    this.#declines.get(key)?.(this);
  }

  /** Leaves at once when a daemon runs the engine; otherwise asks what becomes of the instances. */
  askToQuit(): void {
    if (!this.state.host.hosting) return this.terminal.quit('quit');
    const openedAt = this.clock.monotonicMs();
    this.open({ kind: 'question', key: {}, question: { kind: 'quit' }, openedAt });
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
      (error: unknown) =>
        // A signature was added: others are missing, nothing failed.
        error instanceof Error && error.name === 'StillWaiting'
          ? this.notify('ok', error.message)
          : this.notify('bad', failureText(error)),
    );
  }
}

/** The message of an error with its hint, in one line. */
export function failureText(error: unknown): string {
  const hint = error instanceof McptuiError && error.hint !== undefined ? `: ${error.hint}` : '';
  return `${messageOf(error)}${hint}`;
}
