/** Lists what a session is offered: prompts and skills of its project, its agent and everybody, and its own pending proposals. Pure. */
import type { JsonObject } from '../../../kernel/json.ts';
import type { Prompt, PromptContent, Skill, SkillContent } from '../../../store/schema/content.ts';
import type { Proposal } from '../../../store/schema/proposal.ts';
import { kindRef, refOf, type Place, type Placed } from '../refs.ts';
import { promptTemplates } from '../rows.ts';
import { argumentsOf, type Template } from '../template.ts';
import { skillFrontMatter } from '../skill.ts';
import { skillPaths } from '../skill-document.ts';
import { promptUri, proposalUri, skillUri } from './uris.ts';

/** Where a session stands. */
export interface Standing {
  readonly project: string;
  readonly agent?: string | undefined;
}

/** … and what it wears. */
export interface Reader extends Standing {
  /** References of the prompts that its personality binds. */
  readonly bound: ReadonlySet<string>;
}

/** What a session may read of what is meant for it, where rights say less than all. */
export interface ReadLimit {
  /** The same for sessions that may read the same. */
  readonly key: string;
  allows(kind: 'prompt' | 'skill', row: Placed): boolean;
}

export interface Offer {
  readonly prompts: readonly JsonObject[];
  readonly resources: readonly JsonObject[];
  /** By the name in `prompts/list`. */
  readonly byName: ReadonlyMap<string, Prompt>;
}

export function isVisible(place: Place, { project, agent }: Standing): boolean {
  if (place.scope === 'global') return true;
  return place.scope === 'project' ? place.project === project : place.agent === agent && agent !== undefined;
}

/** A prompt that is only read when worn is nobody else's. */
export function isOffered(row: Placed & { readonly content: object }, reader: Reader): boolean {
  if (!isVisible(row, reader)) return false;
  const isWorn = 'read' in row.content && row.content.read === 'worn';
  return !isWorn || reader.bound.has(refOf(row, row.name));
}

/** Items of rows that did not change are the same objects, so that a change of the lists is cheap to see. */
export class ItemCache {
  readonly #prompts = new WeakMap<Prompt, { readonly name: string; readonly item: JsonObject }>();
  readonly #resources = new WeakMap<object, readonly JsonObject[]>();

  prompt(all: readonly Prompt[], row: Prompt, name: string): JsonObject {
    const known = this.#prompts.get(row);
    if (known?.name === name && row.content.link === undefined) return known.item;
    const item = promptItem(all, row, name);
    this.#prompts.set(row, { name, item });
    return item;
  }

  resources(row: object, make: () => readonly JsonObject[]): readonly JsonObject[] {
    let items = this.#resources.get(row);
    if (items === undefined) this.#resources.set(row, (items = make()));
    return items;
  }
}

export function offerFor(
  reader: Reader,
  all: readonly Prompt[],
  skills: readonly Skill[],
  cache: ItemCache,
  limit?: ReadLimit,
): Offer {
  const isGiven = (kind: 'prompt' | 'skill', row: Prompt | Skill): boolean =>
    isOffered(row, reader) && (limit?.allows(kind, row) ?? true);
  const visible = all.filter((row) => isGiven('prompt', row));
  const counts = new Map<string, number>();
  for (const { name } of visible) counts.set(name, (counts.get(name) ?? 0) + 1);
  const byName = new Map<string, Prompt>();
  for (const row of visible) byName.set((counts.get(row.name) ?? 0) > 1 ? longName(row) : row.name, row);
  return {
    prompts: [...byName].map(([name, row]) => cache.prompt(all, row, name)),
    resources: [
      ...visible.flatMap((row) => cache.resources(row, () => [promptResource(row)])),
      ...skills
        .filter((row) => isGiven('skill', row))
        .flatMap((row) => cache.resources(row, () => skillResources(row))),
    ],
    byName,
  };
}

/** A name that scopes share is told apart for all of them: none shadows another. */
function longName({ scope, project, agent, name }: Prompt): string {
  const owner = project ?? agent;
  return owner === undefined ? `${scope}_${name}` : `${scope}_${owner}_${name}`;
}

function promptItem(all: readonly Prompt[], row: Prompt, name: string): JsonObject {
  return {
    name,
    ...(row.content.summary === '' ? {} : { description: row.content.summary }),
    ...listedArguments(promptTemplates(all, row)),
    _meta: { 'mcptui/ref': refOf(row, row.name), 'mcptui/semver': row.current.semver },
  };
}

function listedArguments(templates: readonly Template[]): JsonObject {
  const all = argumentsOf(templates);
  return all.length === 0 ? {} : { arguments: all.map(({ name, isRequired }) => ({ name, required: isRequired })) };
}

function promptResource(row: Prompt): JsonObject {
  return {
    uri: promptUri(row, row.name),
    name: row.name,
    ...(row.content.summary === '' ? {} : { description: row.content.summary }),
    mimeType: 'text/markdown',
    _meta: { 'mcptui/semver': row.current.semver },
  };
}

function skillResources(row: Skill): readonly JsonObject[] {
  const { description } = skillFrontMatter(row.content);
  return skillPaths(row.content).map((path) => ({
    uri: skillUri(row, row.name, path),
    name: `${row.name}/${path}`,
    ...(path === 'SKILL.md' ? { description } : {}),
    mimeType: mimeTypeOf(row.content, path),
    _meta: { 'mcptui/semver': row.current.semver },
  }));
}

/** Of a file of a skill. */
export function mimeTypeOf({ binary }: SkillContent, path: string): string {
  if (binary?.[path] !== undefined) return 'application/octet-stream';
  return path.endsWith('.md') ? 'text/markdown' : 'text/plain';
}

/** How a pending proposal of the session's own is named among the prompts. */
export function pendingName(proposal: Proposal): string {
  return `${proposal.name}_${proposal.id}`;
}

export function pendingPrompt(proposal: Proposal): JsonObject {
  return {
    name: pendingName(proposal),
    title: `${proposal.ref} (pending ${proposal.id})`,
    description: 'your proposal, not approved yet',
    ...listedArguments([proposal.content as PromptContent]),
  };
}

export function pendingResource(proposal: Proposal): JsonObject {
  return {
    uri: proposalUri(proposal.id),
    name: `proposal ${proposal.id}`,
    title: `${proposal.kind} ${proposal.ref} (${proposal.state})`,
    description: 'your proposal, and what was decided',
    mimeType: 'text/markdown',
  };
}

/** What the resource of a proposal says. */
export function proposalText(proposal: Proposal, document: string): string {
  const { id, kind, state, decision, reason } = proposal;
  const ref = kindRef(kind, { ...proposal, id: '' });
  const decided =
    decision === undefined
      ? ''
      : `decided by: ${decision.by}\n${decision.reason === '' ? '' : `decision: ${decision.reason}\n`}`;
  const comments = proposal.comments.map(({ by, text }) => `comment by ${by}: ${text}\n`).join('');
  return `proposal: ${id}\nof: ${kind} ${ref}\nstate: ${state}\n${decided}reason: ${reason}\n${comments}\n${document}`;
}
