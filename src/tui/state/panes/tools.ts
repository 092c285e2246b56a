/** Holds where the operator stands in Tools, and the call that he made last. */
import type { CallReport, CatalogItem } from '../../../engine/index.ts';
import type { ToolEffect } from '../../../text/tool-words.ts';
import { newList, type ListState } from '../list.ts';

export interface ToolRow extends CatalogItem {
  readonly id: string;
  readonly server: string;
  readonly project: string;
  /** ≈ what its definition takes of a model's context. */
  readonly tokens: number;
  readonly effect: ToolEffect;
}

export const toolTabs = ['Schema', 'Raw', 'Result'] as const;
export type ToolTab = (typeof toolTabs)[number];

export type CallState =
  | { readonly kind: 'running'; readonly startedAt: number }
  | { readonly kind: 'answered'; readonly at: number; readonly report: CallReport }
  | { readonly kind: 'failed'; readonly at: number; readonly message: string };

/** One call, running or done; the newest of a tool is kept. */
export interface ToolCall {
  readonly callId: string;
  /** Id of the tool's row. */
  readonly tool: string;
  /** `fs/read_file` */
  readonly name: string;
  /** As sent, as JSON; what looks like a secret is masked. */
  readonly args: string;
  readonly state: CallState;
}

export interface ToolsState extends ListState {
  /** Undefined until they were asked for. */
  readonly rows: readonly ToolRow[] | undefined;
  /** Servers whose tools are not known. */
  readonly unknown: readonly string[];
  readonly error: string | undefined;
  readonly tab: ToolTab;
  /** A result as JSON instead of in words. */
  readonly isRaw: boolean;
  /** By id of the tool's row. */
  readonly calls: ReadonlyMap<string, ToolCall>;
  /** What was typed into a form last, by id of the tool's row and name of the field. */
  readonly drafts: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Grows when the list has to be asked for again. */
  readonly asked: number;
}

export const newTools: ToolsState = {
  ...newList,
  rows: undefined,
  unknown: [],
  error: undefined,
  tab: 'Schema',
  isRaw: false,
  calls: new Map(),
  drafts: new Map(),
  asked: 0,
};
