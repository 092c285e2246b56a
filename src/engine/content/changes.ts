/** Describes what an operator may hand in about projects, agents, prompts, personalities and skills, and checks its shape. */
import * as z from 'zod';
import { gateSettingsSchema } from '../../store/schema/gate.ts';
import { pageKinds, pageOverrides } from '../../store/schema/pages.ts';
import type { Content } from '../../store/schema/content.ts';

const text = z.string();
const names = z.array(text).readonly();
/** What it has to hold depends on the kind: the save judges it. */
const content = z.record(z.string(), z.json()) as unknown as z.ZodType<Content>;

export const projectChange = z.strictObject({
  instructions: text.exactOptional(),
  gated: z.boolean().exactOptional(),
  /** How its gate works; what is not named stays. */
  gate: gateSettingsSchema.partial().exactOptional(),
  /** Whether long answers come in pages; what is not named stays. `default` takes an override away. */
  pages: z
    .strictObject({
      kind: z.enum(pageKinds).exactOptional(),
      pageTokens: z.int().exactOptional(),
      overrides: z.record(text, z.enum([...pageOverrides, 'default'])).exactOptional(),
    })
    .exactOptional(),
  /** Role of its agents that nothing else is bound to; `none` = they may do nothing. Usually `agent`. */
  agentRole: text.exactOptional(),
  /** Whether its decisions have to be signed, and by whom; what is not named stays. */
  approvals: z
    .strictObject({
      kind: z.enum(['plain', 'signed']).exactOptional(),
      /** `user:ann`; empty = everybody with a key and the right. */
      approvers: z.array(text).readonly().exactOptional(),
      quorum: z.int().exactOptional(),
    })
    .exactOptional(),
  /** Characters of a tool's name that agents' models take; 32 to 128. */
  toolNameLimit: z.int().exactOptional(),
  /** What agents' clients put in front of each name, such as `mcp__mcptui__`. */
  clientPrefix: text.exactOptional(),
  /** Of old definitions: dropped, and named in the journal. */
  proxyMode: z.unknown().optional(),
});

export const agentChange = z.strictObject({
  summary: text.exactOptional(),
  /** Default `default`. */
  project: text.exactOptional(),
  isDefault: z.boolean().exactOptional(),
  /** Name of one of its own personalities; null clears it. */
  defaultPersonality: text.nullable().exactOptional(),
});

/** How a change becomes a revision. `bump` and `semver` exclude each other; default: patch. */
export const saveOptions = z.strictObject({
  bump: z.enum(['major', 'minor', 'patch']).exactOptional(),
  /** MAJOR.MINOR.PATCH, higher than the live one. */
  semver: text.exactOptional(),
  note: text.exactOptional(),
  /** Hash of what was edited: refused with `conflict` when live has moved on. */
  baseHash: text.exactOptional(),
});

/** A resource to be made: where it belongs, and its content as fields or as a document with front matter. */
export const contentDraft = z.strictObject({
  name: text,
  /** Default: `project` or `agent` when one is named, else `global`. */
  scope: z.enum(['global', 'project', 'agent']).exactOptional(),
  project: text.exactOptional(),
  agent: text.exactOptional(),
  content: content.exactOptional(),
  text: text.exactOptional(),
});

/** A resource as it is proposed, whether there is one yet or not, and why. */
export const proposalDraft = contentDraft.extend({ reason: text.min(1, 'say why').max(2_000) });

/** The new content as fields or as a document with front matter. */
export const contentChange = z.union([z.strictObject({ content }), z.strictObject({ text })]);

export const composeTarget = z.strictObject({
  /** Default `default`. */
  project: text.exactOptional(),
  agent: text.exactOptional(),
  /** Default: the agent's default; null: none. */
  personality: text.nullable().exactOptional(),
  /** Instead of the personality's own bindings: what an unsaved order would give. */
  prompts: names.exactOptional(),
});

export const approveOptions = saveOptions.omit({ baseHash: true }).extend({
  /** Of the proposed content that was shown; refused with `conflict` when it changed since. */
  hash: text,
  /** Approve with edits: the document as the operator changed it. */
  text: text.exactOptional(),
});

export type ProjectChange = Readonly<z.output<typeof projectChange>>;
export type AgentChange = Readonly<z.output<typeof agentChange>>;
export type SaveOptions = Readonly<z.output<typeof saveOptions>>;
export type ContentDraft = Readonly<z.output<typeof contentDraft>>;
export type ProposalRequest = Readonly<z.output<typeof proposalDraft>>;
export type ContentChange = Readonly<z.output<typeof contentChange>>;
export type ComposeTarget = Readonly<z.output<typeof composeTarget>>;
export type ApproveOptions = Readonly<z.output<typeof approveOptions>>;
