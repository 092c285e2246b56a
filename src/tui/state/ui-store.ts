/** What the console knows and shows. The engine's view is only held; everything else is where the operator stands. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { EpochMs } from '../../kernel/clock.ts';
import type { EngineView, InstanceDetail, LogLine } from '../../engine/index.ts';
import type { AgentEnv } from '../../text/client-config.ts';
import type { AuditList } from './audit-list.ts';
import type { Ui, Undo } from '../app/ui.ts';
import type { EditorState } from '../overlays/editor/editor-state.ts';
import { newDiffSettings, type DiffSettings } from '../kit/diff/state.ts';
import type { Field } from '../kit/field.ts';
import type { CallFormState } from '../overlays/form/call-form.ts';
import type { TimeStyle } from '../../text/format.ts';
import { newInbox, type InboxState } from '../panes/inbox/state.ts';
import type { BindListState } from '../overlays/bind-list.ts';
import { newPersonalities, type PersonalitiesState } from '../panes/personalities/state.ts';
import { newPrompts, type PromptsState } from '../panes/prompts/state.ts';
import { newSessions, type SessionsState } from '../panes/sessions/state.ts';
import { newTools, type ToolsState } from '../panes/tools/state.ts';
import type { Style } from '../kit/theme.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export const paneIds = [
  'instances',
  'prompts',
  'personalities',
  'inbox',
  'audit',
  'sessions',
  'logs',
  'tools',
] as const;
export type PaneId = (typeof paneIds)[number];

export const detailTabs = ['Events', 'Spec', 'Env', 'Tools', 'Logs', 'Raw'] as const;
export type DetailTab = (typeof detailTabs)[number];

export const sortKeys = ['STATE', 'NAME', 'AGE', 'RST'] as const;
export type SortKey = (typeof sortKeys)[number];

/** A place in a longer text: the first line shown, or its end, which stays the end as the text grows. */
export interface Viewport {
  readonly top: number | 'end';
  /** Columns scrolled away to the left. */
  readonly left: number;
}

export interface InstancesState {
  /** Undefined until the operator touched the list: then the first row, the worst one, is meant. */
  readonly selected: string | undefined;
  readonly top: number;
  readonly filter: string;
  readonly problemsOnly: boolean;
  readonly sort: SortKey;
  readonly reverse: boolean;
}

export interface DetailState extends Viewport {
  readonly tab: DetailTab;
  /** The instance that `data`, `logs` and `error` are about. */
  readonly of: string | undefined;
  readonly data: InstanceDetail | undefined;
  readonly logs: readonly LogLine[] | undefined;
  readonly error: string | undefined;
}

export interface AuditState extends Viewport {
  /** Number of the selected event; while following it is the newest one. */
  readonly selected: number | undefined;
  /** Number of the event in the first row while not following. */
  readonly topRow: number | undefined;
  readonly follow: boolean;
  /** The newest event when following paused. */
  readonly pausedAt: number;
  readonly filter: string;
  /** The events themselves; grows outside the store, `revision` says that it did. */
  readonly list: AuditList;
  readonly revision: number;
}

export interface LogsState extends Viewport {
  readonly of: string | undefined;
  readonly lines: readonly LogLine[] | undefined;
  readonly error: string | undefined;
  readonly filter: string;
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
      act(ui: Ui): void;
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
      act(ui: Ui): void;
    };

/** A line to be typed: a reason, a comment, a note. */
export interface AskState {
  readonly kind: 'ask';
  readonly title: string;
  readonly lines: readonly string[];
  readonly label: string;
  readonly field: Field;
  /** Set when it may not stay empty: what is missing then. */
  readonly required: string | undefined;
  readonly openedAt: number;
  /** `text` is trimmed. */
  act(ui: Ui, text: string): void;
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

export type Overlay =
  | { readonly kind: 'question'; readonly question: Question; readonly openedAt: number }
  | AskState
  | EditorState
  | BindListState
  | CallFormState
  /** In the list, or with `isFind` in the text that has the focus. */
  | { readonly kind: 'filter'; readonly isFind: boolean; readonly field: Field; readonly before: string }
  | PaletteState
  | { readonly kind: 'help'; readonly top: number; readonly field: Field }
  | { readonly kind: 'copy' };

export interface Notice {
  readonly tone: 'ok' | 'info' | 'warn' | 'bad';
  readonly text: string;
  /** Undefined: stays until Esc. */
  readonly until: EpochMs | undefined;
  /** It can be taken back by `z`. */
  readonly undo?: Undo;
}

export interface UiState {
  readonly size: Size;
  readonly now: EpochMs;
  readonly style: Style;
  readonly host: {
    readonly hosting: boolean;
    readonly readOnly: boolean;
    readonly user: string;
    readonly version: string;
    /** What an agent's client must be given to find this engine; absent = nothing. */
    readonly agentEnv?: AgentEnv;
  };
  readonly engine: 'starting' | 'ready' | { readonly failed: string };
  readonly view: EngineView | undefined;
  /** `since` tells how long the daemon has been away. */
  readonly link: { readonly state: 'attached' | 'lost'; readonly since: EpochMs };
  readonly pane: PaneId;
  readonly previousPane: PaneId;
  readonly focus: 'list' | 'detail';
  readonly zoomed: boolean;
  readonly time: TimeStyle;
  readonly diff: DiffSettings;
  readonly instances: InstancesState;
  readonly prompts: PromptsState;
  readonly personalities: PersonalitiesState;
  readonly inbox: InboxState;
  readonly detail: DetailState;
  readonly audit: AuditState;
  readonly sessions: SessionsState;
  readonly logs: LogsState;
  readonly tools: ToolsState;
  readonly overlay: Overlay | undefined;
  readonly notice: Notice | undefined;
  /** The last act that can be taken back. */
  readonly undo: Undo | undefined;
  /** Command lines of the palette, newest first. */
  readonly history: readonly string[];
}

export type UiStore = StoreApi<UiState>;

export interface UiStart {
  readonly size: Size;
  readonly now: EpochMs;
  readonly style: Style;
  readonly host: UiState['host'];
  readonly auditList: AuditList;
}

export function createUiStore(start: UiStart): UiStore {
  return createStore<UiState>(() => ({
    size: start.size,
    now: start.now,
    style: start.style,
    host: start.host,
    engine: 'starting',
    view: undefined,
    link: { state: 'attached', since: start.now },
    pane: 'instances',
    previousPane: 'audit',
    focus: 'list',
    zoomed: false,
    time: 'local',
    instances: { selected: undefined, top: 0, filter: '', problemsOnly: false, sort: 'STATE', reverse: false },
    prompts: newPrompts,
    personalities: newPersonalities,
    inbox: newInbox,
    diff: newDiffSettings,
    detail: { tab: 'Events', top: 0, left: 0, of: undefined, data: undefined, logs: undefined, error: undefined },
    audit: {
      selected: undefined,
      topRow: undefined,
      follow: true,
      pausedAt: 0,
      filter: '',
      list: start.auditList,
      revision: 0,
      top: 0,
      left: 0,
    },
    sessions: newSessions,
    tools: newTools,
    logs: { of: undefined, lines: undefined, error: undefined, filter: '', top: 'end', left: 0 },
    overlay: undefined,
    notice: undefined,
    undo: undefined,
    history: [],
  }));
}
