/** Holds what lies over a pane: a question, the palette, the help, a form, an editor. */
import type {
  BackendView,
  BindChoice,
  BindingView,
  DiffView,
  RoleView,
  SeenReport,
  ServerRevisionView,
  ModelView,
  TokenInfo,
} from '../../engine/index.ts';
import type { Bump } from '../../text/versions.ts';
import type { Field } from './field.ts';
import type { FormField } from './form-field.ts';
import type { ImportState } from './import.ts';
import type { ListState } from './list.ts';
import type { PaneId } from './pane-id.ts';
import type { SaveChoice } from './save-choice.ts';
import type { TextBuffer } from './text-buffer.ts';
import type { ViewerState } from './viewer.ts';

/** What an overlay does when it is answered is no data: it is kept outside the state, by the overlay's key. */
export interface Keyed {
  readonly key: object;
}

/** What a dialog asks. What is to be done is settled when it opens, so that nothing else can slip under it. */
export type Question =
  | {
      readonly kind: 'confirm';
      /** `Stop gitea-1?` */
      readonly title: string;
      readonly lines: readonly string[];
      /** `stop it` */
      readonly yes: string;
      /** `no, leave it` */
      readonly no: string;
    }
  | { readonly kind: 'quit' }
  /** What cannot be taken back: the name has to be typed. */
  | {
      readonly kind: 'type-name';
      readonly title: string;
      readonly lines: readonly string[];
      readonly name: string;
      /** `nothing was deleted` */
      readonly otherwise: string;
      readonly field: Field;
    };

export interface QuestionState extends Keyed {
  readonly kind: 'question';
  readonly question: Question;
  /** Monotonic. */
  readonly openedAt: number;
}

/** A line to be typed: a reason, a comment, a note. */
export interface AskState extends Keyed {
  readonly kind: 'ask';
  readonly title: string;
  readonly lines: readonly string[];
  readonly label: string;
  readonly field: Field;
  /** What enter does: `restores it`. */
  readonly does: string;
  /** Set when it may not stay empty: what is missing then. */
  readonly required: string | undefined;
  /** Monotonic. */
  readonly openedAt: number;
}

/** A secret value to be typed: of it the state holds its length alone. */
export interface HiddenState extends Keyed {
  readonly kind: 'hidden';
  readonly title: string;
  readonly about: readonly string[];
  readonly label: string;
  /** Characters, as they are seen. */
  readonly length: number;
  readonly lines: number;
}

export interface PaletteState {
  readonly kind: 'palette';
  /** Only what can be done in this pane. */
  readonly actionsOnly: boolean;
  readonly field: Field;
  readonly index: number;
  /** Place in the history, 0 = the newest; -1 = not looking at it. */
  readonly recalled: number;
}

/** What `/` asks for: of the list, or of the text that has the focus; `&` and `-` ask which of its lines are shown. */
export interface FilterState {
  readonly kind: 'filter';
  readonly mode: 'filter' | 'find' | 'keep' | 'hide';
  readonly field: Field;
  readonly before: string;
}

/** The prompts to bind to a personality. */
export interface BindListState extends Keyed {
  readonly kind: 'bind';
  /** Reference of the personality: `reviewer/careful`. */
  readonly personality: string;
  readonly choices: readonly BindChoice[];
  readonly field: Field;
  readonly index: number;
  /** A change is on its way. */
  readonly busy: boolean;
}

/** The first row of an editor on screen: a line, and which of its wrapped rows. */
export interface EditorTop {
  readonly line: number;
  readonly row: number;
}

/** What a form says of itself as a whole, while it is filled in. */
export interface FormWords {
  readonly tone: 'plain' | 'dim' | 'warn' | 'bad';
  readonly text: string;
}

/** Fields being filled in: the arguments of a call, what a new server needs. */
export interface FormState extends Keyed {
  readonly kind: 'form';
  readonly title: string;
  /** The line behind the last field, which sends it: `call it`. */
  readonly sends: string;
  /** In the hints: `calls`. */
  readonly does: string;
  readonly fields: readonly FormField[];
  /** What the form does not know of its schema, or why there is none. */
  readonly note: string | undefined;
  /** By name of the field; also of fields that are not asked for now. */
  readonly texts: ReadonlyMap<string, Field>;
  /** Texts that were proposed, by name of the field: one that is still there gives way to the next proposal. */
  readonly proposed: ReadonlyMap<string, string>;
  /** The field under the keys; behind the last one stands the line that sends it. */
  readonly index: number;
  /** By name of the field. */
  readonly problems: ReadonlyMap<string, string>;
  readonly words: readonly FormWords[];
  /** The schema that its fields were made of, where it can be filled in as JSON, too. */
  readonly schema: { readonly root: unknown } | undefined;
  /** Everything as JSON, instead of fields. */
  readonly json: { readonly buffer: TextBuffer; readonly top: EditorTop } | undefined;
  /** What is wrong with the JSON. */
  readonly error: string | undefined;
  /** When it, or the line that sends it, came under the keys; monotonic. */
  readonly openedAt: number;
}

/** What is edited, as it is named. */
export interface EditedDocument {
  /** As said in notices: `style`. */
  readonly title: string;
  /** Of the temporary file: `prompt-style.md`. */
  readonly fileName: string;
  /** What was chosen before the editor was opened. */
  readonly choice: SaveChoice;
  /** Version, in words, that a save with each bump gives: `1.4.3`; undefined where there is nothing to choose. */
  readonly versions?: Readonly<Record<Bump, string>>;
}

export type EditorStep =
  | { readonly kind: 'text' }
  /** The bump and the note are chosen. */
  | { readonly kind: 'save'; readonly bump: Bump; readonly note: Field }
  /** What was typed is not saved: stay, save or discard. `openedAt` is monotonic. */
  | { readonly kind: 'leave'; readonly openedAt: number }
  /** What a save would change, as it is read. */
  | { readonly kind: 'diff'; readonly view: DiffView; readonly read: ViewerState }
  /** The engine or another editor is at it. */
  | { readonly kind: 'busy'; readonly what: string };

/** A text in the inline editor, and the step on the way to saving or leaving it. */
export interface EditorState extends Keyed {
  readonly kind: 'editor';
  readonly document: EditedDocument;
  readonly buffer: TextBuffer;
  readonly top: EditorTop;
  readonly step: EditorStep;
  /** Why the last save failed. */
  readonly error: string | undefined;
}

/** The columns of a pane's table, to be shown or hidden. */
export interface ColumnsState {
  readonly kind: 'columns';
  readonly pane: PaneId;
  readonly titles: readonly string[];
  readonly index: number;
}

/** One of a list to choose from. */
export interface Choice {
  readonly id: string;
  readonly name: string;
  readonly note: string;
  /** It is chosen now. */
  readonly isOn: boolean;
}

/** A list to choose from, by typing a part of a name. */
export interface PickState extends Keyed {
  readonly kind: 'pick';
  readonly title: string;
  /** What enter does, in words: `show it`. */
  readonly does: string;
  readonly choices: readonly Choice[];
  readonly field: Field;
  readonly index: number;
}

/** Kinds of rows that have a list but no pane. */
export type ListedKind = 'projects' | 'agents' | 'tokens' | 'models' | 'backends' | 'roles' | 'bindings';

export interface ListingState extends Keyed {
  readonly kind: 'listing';
  readonly of: ListedKind;
  readonly list: ListState;
  /** Set while the filter is being typed. */
  readonly typed: Field | undefined;
  /** The engine's view does not hold them; undefined until they were asked for. */
  readonly tokens: readonly TokenInfo[] | undefined;
  readonly models: readonly ModelView[] | undefined;
  readonly roles: readonly RoleView[] | undefined;
  readonly bindings: readonly BindingView[] | undefined;
  readonly backends: readonly BackendView[] | undefined;
}

/** The revisions of a server; above them a comparison of two. */
export interface RevisionsState extends Keyed {
  readonly kind: 'revisions';
  readonly server: string;
  /** Newest first. */
  readonly rows: readonly ServerRevisionView[];
  readonly index: number;
  /** Numbers, the one marked last at the end; two at most. */
  readonly marks: readonly number[];
  readonly diff: { readonly view: DiffView; readonly read: ViewerState } | undefined;
}

/** A text to be read; its lines are kept outside the state, by the overlay's key. */
export interface TextState extends Keyed {
  readonly kind: 'text';
  readonly title: string;
  /** The key that has opened it closes it as well. */
  readonly isToggled: boolean;
  readonly view: ViewerState;
}

/** What an agent had been shown by a moment of its session. */
export interface SawState extends Keyed {
  readonly kind: 'saw';
  readonly session: string;
  /** Undefined until the engine has answered. */
  readonly report: SeenReport | undefined;
  readonly view: ViewerState;
}

/** A secret that is shown this once. It is kept outside the state, by the overlay's key, and gone with it. */
export interface OnceState extends Keyed {
  readonly kind: 'once';
  readonly title: string;
  readonly about: readonly string[];
  /** Monotonic. */
  readonly openedAt: number;
}

export interface CopyState {
  readonly kind: 'copy';
}

export type Overlay =
  | QuestionState
  | AskState
  | HiddenState
  | EditorState
  | BindListState
  | FormState
  | FilterState
  | PaletteState
  | CopyState
  | PickState
  | ListingState
  | RevisionsState
  | ImportState
  | TextState
  | OnceState
  | SawState
  | ColumnsState;
