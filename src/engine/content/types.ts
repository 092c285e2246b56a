/** Describes what consoles and the command line see of prompts, personalities, skills and proposals: immutable, plain JSON. */
import type { EpochMs } from '../../kernel/clock.ts';
import type { SummarySource } from './summaries.ts';
import type { LinkView, ProjectLink } from './links/types.ts';
import type { Chapter } from './summary.ts';
import type { Content, ContentKind, Scope } from '../../store/schema/content.ts';
import type { GateSettings } from '../../store/schema/gate.ts';
import type { PageSettings } from '../../store/schema/pages.ts';
import type { Approvals } from '../../store/schema/operator-key.ts';
import type { ProposalState } from '../../store/schema/proposal.ts';
import type { Approved } from '../signing/document.ts';

export type {
  Content,
  ContentKind,
  PersonalityContent,
  PromptContent,
  Scope,
  SkillContent,
} from '../../store/schema/content.ts';
export type { ProposalState } from '../../store/schema/proposal.ts';
export type { LinkHealth, LinkView, ProjectLink } from './links/types.ts';

export interface AgentView {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  /** Where it works: its personalities may bind this project's prompts. */
  readonly project: string;
  /** Stands for sessions that name no agent. */
  readonly isDefault: boolean;
  /** Name of one of its own personalities. */
  readonly defaultPersonality: string | null;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
}

/** What every kind with revisions has. */
export interface ContentView {
  readonly id: string;
  readonly kind: ContentKind;
  /** How it is referred to: `style`, `project:ops/deploy-rules`, `agent:reviewer/howto`; of a personality `reviewer/careful`. */
  readonly ref: string;
  readonly name: string;
  readonly scope: Scope;
  /** Set when the scope is `project`. */
  readonly project?: string;
  /** Set when the scope is `agent`; always for a personality. */
  readonly agent?: string;
  readonly summary: string;
  readonly semver: string;
  /** SHA-256 over the canonical JSON of the content, 64 hex digits. */
  readonly hash: string;
  readonly revisionId: string;
  /** Length of the text in characters. */
  readonly length: number;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
  readonly updatedBy: string;
}

export interface PromptView extends ContentView {
  readonly kind: 'prompt';
  /** 1 to 10; higher comes first. */
  readonly priority: number;
  /** Absent without any. */
  readonly tags?: readonly string[];
  /** A line made of its text; absent where it has a summary of its own, or no words. */
  readonly gist?: string;
  /** Where its summary is from; absent from an engine that does not tell. */
  readonly summaryBy?: SummarySource;
  readonly summaryModel?: string;
  /** Why a model has made no summary or no chapters of it. */
  readonly summaryWhy?: string;
  /** As they are written, between commas. */
  readonly link?: string;
  /** `broken`: one of them is dead; `none` without a link. */
  readonly linkState: 'none' | 'ok' | 'broken';
  /** Absent without any. */
  readonly links?: readonly LinkView[];
  /** `worn`: only by who wears a personality that binds it. */
  readonly read: 'always' | 'worn';
}

export interface PersonalityView extends ContentView {
  readonly kind: 'personality';
  readonly agent: string;
  /** References in the order in which they are read. */
  readonly prompts: readonly string[];
  /** It is its agent's default. */
  readonly isDefault: boolean;
}

export interface SkillView extends ContentView {
  readonly kind: 'skill';
  /** Paths, `SKILL.md` first. */
  readonly files: readonly string[];
}

export interface ProposalView {
  /** Short, to be typed: `p7f3`. */
  readonly id: string;
  readonly kind: ContentKind;
  readonly ref: string;
  readonly name: string;
  readonly isNew: boolean;
  readonly author: string;
  readonly session?: string;
  /** Why, in the author's words. */
  readonly reason: string;
  readonly state: ProposalState;
  /** Semver that it was made on; undefined for a new resource. */
  readonly base?: string;
  /** Semver that an approval without more words would give it. */
  readonly next: string;
  /** The live revision is not the base any more: rebase first. */
  readonly isStale: boolean;
  /** What an operator should look at twice, each a few words: `3 unusual characters`, `drops {{env}}`. */
  readonly risks: readonly string[];
  /** Of the proposed content: what an approval must name. */
  readonly hash: string;
  /** Lines added to and removed from the base. */
  readonly added: number;
  readonly removed: number;
  readonly comments: number;
  /** Signatures of its approval, where they are demanded. */
  readonly approvals?: Approved;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
  readonly expiresAt: EpochMs;
  readonly decision?: {
    readonly by: string;
    readonly at: EpochMs;
    readonly reason: string;
    readonly semver?: string;
    /** The approval was undone: `semver` is that of the revision that did it, absent when the new text was removed. */
    readonly takenBack?: { readonly by: string; readonly at: EpochMs; readonly semver?: string };
  };
}

export interface RevisionView {
  readonly id: string;
  readonly kind: ContentKind;
  readonly ref: string;
  readonly semver: string;
  readonly hash: string;
  readonly author: string;
  readonly note: string;
  readonly at: EpochMs;
  /** It is live. */
  readonly isCurrent: boolean;
  readonly proposal?: string;
  /** Semver of the revision whose content it brought back. */
  readonly restored?: string;
}

/** A revision with what it holds. */
export interface RevisionDetail {
  readonly revision: RevisionView;
  readonly content: Content;
  /** The content as a document. */
  readonly text: string;
}

/** A part of a line; `changed` differs from the other side's line. */
export interface DiffPart {
  readonly text: string;
  readonly changed: boolean;
}

export interface DiffLine {
  readonly kind: 'same' | 'add' | 'del';
  /** Line number on the left side, from 1; undefined for `add`. */
  readonly a?: number;
  /** Line number on the right side; undefined for `del`. */
  readonly b?: number;
  /** Raw text, not cleaned for a terminal; a removed line is followed by the added lines that replace it. */
  readonly parts: readonly DiffPart[];
}

/** Every line of both texts; those who show it choose how much context. */
export interface DiffView {
  /** `1.4.1`, `live 1.4.2`, `p7f3`. */
  readonly left: string;
  readonly right: string;
  readonly lines: readonly DiffLine[];
  readonly added: number;
  readonly removed: number;
}

/** Characters that hide, reorder or imitate text. */
export interface UnusualCharacters {
  /** Shown as an escape: `\u202e`. */
  readonly shown: string;
  /** `right-to-left override`, `control character`. */
  readonly what: string;
  readonly count: number;
}

export interface ContentDetail {
  readonly view: PromptView | PersonalityView | SkillView;
  readonly content: Content;
  /** The content as it is edited and compared: front matter and body. */
  readonly text: string;
  /** What refers to it: personalities that bind it, prompts that link to it. */
  readonly usedBy: readonly string[];
  /** Estimate (≈) of the text that agents read. */
  readonly tokens: number;
  readonly unusual: readonly UnusualCharacters[];
  /** Names in `{{…}}`. */
  readonly variables: readonly string[];
  /** Of a prompt: lines of its own body, from 1, by their headings. */
  readonly chapters?: readonly Chapter[];
}

export interface ProposalDetail {
  readonly proposal: ProposalView;
  readonly text: string;
  /** From what is live now (from nothing for a new resource) to what is proposed. */
  readonly diff: DiffView;
  /** Set when it is stale: what happened on both sides since the base, and whether a rebase would be clean. */
  readonly stale?: {
    readonly live: string;
    readonly baseToLive: DiffView;
    readonly baseToProposed: DiffView;
    readonly isClean: boolean;
  };
  readonly comments: readonly { readonly by: string; readonly at: EpochMs; readonly text: string }[];
  readonly unusual: readonly UnusualCharacters[];
  readonly tokens: { readonly before: number; readonly after: number };
  /** Who reads a prompt or skill once it is approved, bound or not: `every session of project ops (3 agents)`. */
  readonly readers?: string;
  readonly usedBy: readonly string[];
}

/** One prompt of a composition. */
export interface CompositionPart {
  readonly ref: string;
  readonly semver: string;
  readonly from: 'personality' | 'agent' | 'project' | 'global';
  readonly tokens: number;
}

export interface Composition {
  readonly project: string;
  readonly agent?: string;
  readonly personality?: string;
  /** Exactly what a session is sent, without the servers' own instructions. */
  readonly text: string;
  readonly parts: readonly CompositionPart[];
  /** Estimate (≈). */
  readonly tokens: number;
  /** Prompts left out because the text would be too long; still in `prompts/list`. */
  readonly omitted: readonly string[];
}

/** A prompt as an operator sees it when binding: bound already, free, or why not. */
export interface BindChoice {
  readonly ref: string;
  readonly scope: Scope;
  readonly semver: string;
  /** From 0; undefined when it is not bound. */
  readonly position?: number;
  /** Why it cannot be bound: `SCOPE other project`. */
  readonly refusal?: string;
}

/** What became of a change. */
export interface Saved {
  readonly ref: string;
  readonly semver: string;
  readonly hash: string;
  /** Undefined when the content was the same: nothing was recorded. */
  readonly revisionId?: string;
}

export interface ProjectDetail {
  readonly name: string;
  readonly instructions: string;
  readonly gated: boolean;
  readonly gate: GateSettings;
  readonly pages: PageSettings;
  /** Of its agents that nothing else is bound to. */
  readonly agentRole: string;
  readonly approvals?: Approvals;
  readonly toolNameLimit?: number;
  readonly clientPrefix?: string;
  /** Cannot be deleted. */
  readonly builtIn: boolean;
  readonly servers: readonly string[];
  readonly prompts: readonly string[];
  /** Of its prompts that link something; absent without any. */
  readonly links?: readonly ProjectLink[];
  readonly skills: readonly string[];
}

export type RebaseOutcome =
  | { readonly kind: 'clean'; readonly hash: string }
  /** `onto` is the hash of the live revision that the text is merged with. */
  | { readonly kind: 'conflict'; readonly text: string; readonly onto: string };
