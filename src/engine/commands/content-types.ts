/** What operators may ask about projects, agents, prompts, personalities, skills and proposals. A part of `EngineCommands`. */
import type { Content, ContentKind, Scope } from '../../store/schema/content.ts';
import type {
  AgentView,
  BindChoice,
  Composition,
  ContentDetail,
  DiffView,
  ProposalDetail,
  RevisionView,
  Saved,
} from '../content/types.ts';

export interface ProjectChange {
  readonly instructions?: string;
  readonly gated?: boolean;
  /** Characters of a tool's name that agents' models take; 32 to 128. */
  readonly toolNameLimit?: number;
  /** What agents' clients put in front of each name, such as `mcp__mcptui__`. */
  readonly clientPrefix?: string;
}

export interface AgentChange {
  readonly summary?: string;
  /** Default `default`. */
  readonly project?: string;
  readonly isDefault?: boolean;
  /** Name of one of its own personalities; null clears it. */
  readonly defaultPersonality?: string | null;
}

/** How a change becomes a revision. `bump` and `semver` exclude each other; default: patch. */
export interface SaveOptions {
  readonly bump?: 'major' | 'minor' | 'patch';
  /** MAJOR.MINOR.PATCH, higher than the live one. */
  readonly semver?: string;
  readonly note?: string;
  /** Hash of what was edited: refused with `conflict` when live has moved on. */
  readonly baseHash?: string;
}

/** A resource to be made: where it belongs, and its content as fields or as a document with front matter. */
export interface ContentDraft {
  readonly name: string;
  /** Default: `project` or `agent` when one is named, else `global`. */
  readonly scope?: Scope;
  readonly project?: string;
  readonly agent?: string;
  readonly content?: Content;
  readonly text?: string;
}

/** The new content as fields or as a document with front matter. */
export type ContentChange = { readonly content: Content } | { readonly text: string };

export interface ComposeTarget {
  /** Default `default`. */
  readonly project?: string;
  readonly agent?: string;
  /** Default: the agent's default; null: none. */
  readonly personality?: string | null;
  /** Instead of the personality's own bindings: what an unsaved order would give. */
  readonly prompts?: readonly string[];
}

export interface ApproveOptions extends Omit<SaveOptions, 'baseHash'> {
  /** Of the proposed content that was shown. @throws `conflict` when it changed since */
  readonly hash: string;
  /** Approve with edits: the document as the operator changed it. */
  readonly text?: string;
}

export interface ProjectDetail {
  readonly name: string;
  readonly instructions: string;
  readonly gated: boolean;
  readonly toolNameLimit?: number;
  readonly clientPrefix?: string;
  /** Cannot be deleted. */
  readonly builtIn: boolean;
  readonly servers: readonly string[];
  readonly prompts: readonly string[];
  readonly skills: readonly string[];
}

/**
 * `ref` is a reference (`project:ops/deploy-rules`, `reviewer/careful`) or a name that only one resource of the kind has.
 * All throw McptuiError `not-found`, `invalid` (naming the field), `conflict` (taken, used, stale: with who or what).
 */
export interface ContentCommands {
  createProject(name: string, change?: ProjectChange): Promise<ProjectDetail>;
  updateProject(name: string, change: ProjectChange): Promise<ProjectDetail>;
  deleteProject(name: string): Promise<void>;
  projectDetail(name: string): Promise<ProjectDetail>;
  createAgent(name: string, change?: AgentChange): Promise<AgentView>;
  updateAgent(name: string, change: AgentChange): Promise<AgentView>;
  deleteAgent(name: string): Promise<void>;

  createContent(kind: ContentKind, draft: ContentDraft, save?: SaveOptions): Promise<Saved>;
  saveContent(kind: ContentKind, ref: string, change: ContentChange, save?: SaveOptions): Promise<Saved>;
  deleteContent(kind: ContentKind, ref: string): Promise<void>;
  contentDetail(kind: ContentKind, ref: string): Promise<ContentDetail>;

  /** Binds a prompt; `position` from 0, default last. A prompt that is bound already is moved only when `position` is given. */
  attachPrompt(personality: string, prompt: string, position?: number): Promise<Saved>;
  detachPrompt(personality: string, prompt: string): Promise<Saved>;
  bindChoices(personality: string): Promise<readonly BindChoice[]>;

  /** Newest first. */
  revisions(kind: ContentKind, ref: string): Promise<readonly RevisionView[]>;
  /** Of every kind, by the beginning of the content hash (4 hex digits or more). */
  findRevisions(hash: string): Promise<readonly RevisionView[]>;
  /** The document as that revision had it. */
  revisionText(kind: ContentKind, ref: string, semver: string): Promise<string>;
  /** Semvers or `live`. Without `left`: the revision before `right`, or nothing; without `right`: live. */
  diffContent(kind: ContentKind, ref: string, left?: string, right?: string): Promise<DiffView>;
  /** From live to a document that is not saved yet. @throws `invalid` when the document cannot be read */
  diffText(kind: ContentKind, ref: string, text: string): Promise<DiffView>;
  restoreContent(kind: ContentKind, ref: string, semver: string, note?: string): Promise<Saved>;
  /** Takes a revision back by a new one with the content before it; deletes what it created. @throws `conflict` when it is not live any more */
  undoRevision(revisionId: string): Promise<Saved | undefined>;

  compose(target: ComposeTarget): Promise<Composition>;
  diffComposed(left: ComposeTarget, right: ComposeTarget): Promise<DiffView>;

  proposalDetail(id: string): Promise<ProposalDetail>;
  /** @throws `denied` for one's own, `conflict` when decided, changed or stale */
  approveProposal(id: string, options: ApproveOptions): Promise<Saved>;
  rejectProposal(id: string, reason: string): Promise<void>;
  /** Only its author may. */
  withdrawProposal(id: string): Promise<void>;
  /** A rejected one is pending again. */
  reopenProposal(id: string): Promise<void>;
  commentProposal(id: string, text: string): Promise<void>;
  /** Replaces what is proposed. Returns its new hash. */
  editProposal(id: string, text: string): Promise<{ readonly hash: string }>;
  /**
   * Puts a stale proposal on the live revision. A conflict changes nothing and gives the document with markers, to be
   * edited and handed in as `resolved` with the same `onto`; refused when live has moved again or markers are left.
   */
  rebaseProposal(id: string, resolved?: { readonly text: string; readonly onto: string }): Promise<RebaseOutcome>;
}

export type RebaseOutcome =
  | { readonly kind: 'clean'; readonly hash: string }
  /** `onto` is the hash of the live revision that the text is merged with. */
  | { readonly kind: 'conflict'; readonly text: string; readonly onto: string };

/** The names in `ContentCommands`, for channels; those that change nothing may be called by a read-only console. */
export const contentCommandNames = {
  createProject: 'changes',
  updateProject: 'changes',
  deleteProject: 'changes',
  projectDetail: 'reads',
  createAgent: 'changes',
  updateAgent: 'changes',
  deleteAgent: 'changes',
  createContent: 'changes',
  saveContent: 'changes',
  deleteContent: 'changes',
  contentDetail: 'reads',
  attachPrompt: 'changes',
  detachPrompt: 'changes',
  bindChoices: 'reads',
  revisions: 'reads',
  findRevisions: 'reads',
  revisionText: 'reads',
  diffContent: 'reads',
  diffText: 'reads',
  restoreContent: 'changes',
  undoRevision: 'changes',
  compose: 'reads',
  diffComposed: 'reads',
  proposalDetail: 'reads',
  approveProposal: 'changes',
  rejectProposal: 'changes',
  withdrawProposal: 'changes',
  reopenProposal: 'changes',
  commentProposal: 'changes',
  editProposal: 'changes',
  rebaseProposal: 'changes',
} as const satisfies Readonly<Record<keyof ContentCommands, 'reads' | 'changes'>>;
