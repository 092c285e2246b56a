/** Holds what the console knows and shows. The engine's view is only held; everything else is where the operator stands. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { EpochMs } from '../../kernel/clock.ts';
import type { EngineView } from '../../engine/index.ts';
import type { AgentEnv } from '../../text/client-config.ts';
import type { TimeStyle } from '../../text/format.ts';
import type { AuditList } from './audit-list.ts';
import { noConsoleConfig, type Bell, type ConsoleConfig } from './console-config.ts';
import { newDiffSettings, type DiffSettings } from './diff-settings.ts';
import type { Notice, Undo } from './notice.ts';
import type { Overlay } from './overlays.ts';
import { newAudit, type AuditState } from './panes/audit.ts';
import { newInbox, type InboxState } from './panes/inbox.ts';
import { newDetail, newInstances, type DetailState, type InstancesState } from './panes/instances.ts';
import { newLogs, type LogsState } from './panes/logs.ts';
import { newPersonalities, type PersonalitiesState } from './panes/personalities.ts';
import { newPrompts, type PromptsState } from './panes/prompts.ts';
import { newSecrets, type SecretsState } from './panes/secrets.ts';
import { newSessions, type SessionsState } from './panes/sessions.ts';
import { newTools, type ToolsState } from './panes/tools.ts';
import type { PaneId } from './pane-id.ts';
import type { Style } from './style.ts';
import { newTables, type Tables } from './table.ts';
import type { Texts } from './viewer.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface UiState {
  readonly size: Size;
  readonly now: EpochMs;
  readonly style: Style;
  readonly host: {
    readonly hosting: boolean;
    readonly readOnly: boolean;
    /** Its servers and texts are examples. */
    readonly demo: boolean;
    readonly user: string;
    readonly version: string;
    /** What an agent's client must be given to find this engine; absent = nothing. */
    readonly agentEnv?: AgentEnv;
  };
  /** Name of the key that is open for signing. */
  readonly unlocked?: string | undefined;
  readonly engine: 'starting' | 'ready' | { readonly failed: string };
  readonly view: EngineView | undefined;
  /** `since` tells how long the daemon has been away. */
  readonly link: { readonly state: 'attached' | 'lost'; readonly since: EpochMs };
  readonly pane: PaneId;
  readonly previousPane: PaneId;
  /** Only its rows are shown, and those that belong to none; undefined: all. */
  readonly project: string | undefined;
  readonly focus: 'list' | 'detail';
  readonly zoomed: boolean;
  readonly time: TimeStyle;
  readonly diff: DiffSettings;
  readonly tables: Tables;
  /** What the file of settings says. */
  readonly config: ConsoleConfig;
  /** Where the operator reads in the texts of panes. */
  readonly texts: Texts;
  readonly instances: InstancesState;
  readonly prompts: PromptsState;
  readonly personalities: PersonalitiesState;
  readonly inbox: InboxState;
  readonly detail: DetailState;
  readonly audit: AuditState;
  readonly sessions: SessionsState;
  readonly secrets: SecretsState;
  readonly logs: LogsState;
  readonly tools: ToolsState;
  /** The one on top, which has the keys. */
  readonly overlay: Overlay | undefined;
  /** Those it lies over, the lowest first; each comes back when what covers it closes. */
  readonly covered: readonly Overlay[];
  /** The terminal reports wheel and clicks. */
  readonly mouse: boolean;
  /** What rings. */
  readonly bell: Bell;
  readonly notice: Notice | undefined;
  /** What was said, oldest first; a bounded number. */
  readonly messages: readonly Notice[];
  /** The last act that can be taken back. */
  readonly undo: Undo | undefined;
  /** What was taken back last and can be done again. */
  readonly redo: Undo | undefined;
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
    project: undefined,
    focus: 'list',
    zoomed: false,
    time: 'local',
    tables: newTables,
    config: noConsoleConfig,
    texts: {},
    instances: newInstances,
    prompts: newPrompts,
    personalities: newPersonalities,
    inbox: newInbox,
    diff: newDiffSettings,
    detail: newDetail,
    audit: newAudit(start.auditList),
    sessions: newSessions,
    secrets: newSecrets,
    tools: newTools,
    logs: newLogs,
    overlay: undefined,
    covered: [],
    mouse: false,
    bell: 'inbox',
    notice: undefined,
    messages: [],
    undo: undefined,
    redo: undefined,
    history: [],
  }));
}
