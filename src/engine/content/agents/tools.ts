/** Defines the tools that agents propose with: their schemas, and what an agent's arguments mean. */
import * as z from 'zod';
import { defined } from '../../../kernel/defined.ts';
import { McptuiError } from '../../../kernel/errors.ts';
import type { Json, JsonObject } from '../../../kernel/json.ts';
import type { ContentKind, Prompt, Scope } from '../../../store/schema/content.ts';
import type { SystemPrompt } from '../system-texts.ts';
import { faultsOf } from '../faults.ts';
import { withTags } from '../tags.ts';
import type { ProposalDraft } from '../content-proposals.ts';
import { parseRef, type Place } from '../refs.ts';
import type { ContentRow } from '../rows.ts';
import type { Standing } from './offer.ts';

const reason = z.string().min(1, 'say why').max(2_000);
const scope = z.enum(['global', 'project', 'agent']).optional();

const shapes = {
  propose_prompt: z.strictObject({
    name: z.string().min(1),
    body: z.string(),
    reason,
    summary: z.string().optional(),
    tags: z.array(z.string()).optional(),
    priority: z.int().optional(),
    scope,
  }),
  propose_personality: z.strictObject({
    name: z.string().min(1),
    prompts: z.array(z.string()),
    reason,
    summary: z.string().optional(),
  }),
  propose_skill: z.strictObject({
    name: z.string().min(1),
    files: z.record(z.string(), z.string()),
    reason,
    scope,
  }),
  withdraw_proposal: z.strictObject({ proposal: z.string().min(1) }),
} as const;

export type BuiltinTool = keyof typeof shapes;
export type ProposingTool = Exclude<BuiltinTool, 'withdraw_proposal'>;

export function isBuiltinTool(name: string): name is BuiltinTool {
  return Object.hasOwn(shapes, name);
}

/** Tool → the system prompt that describes it. */
export const toolPrompts: Readonly<Record<BuiltinTool, SystemPrompt>> = {
  propose_prompt: 'propose-prompt',
  propose_personality: 'propose-personality',
  propose_skill: 'propose-skill',
  withdraw_proposal: 'withdraw-proposal',
};

const text = (description: string): JsonObject => ({ type: 'string', description });
const NAME = 'name of the one to change or to make: a to z, 0 to 9 and -';
const WHY = 'why, for the person who decides';
const WHERE: JsonObject = {
  type: 'string',
  enum: ['global', 'project', 'agent'],
  description: 'where a new one belongs: to everybody, to this project (default), or to your agent alone',
};

const inputs: Readonly<Record<BuiltinTool, JsonObject>> = {
  propose_prompt: {
    type: 'object',
    properties: {
      name: text(NAME),
      body: text('the whole new text; {{name}} declares an argument'),
      reason: text(WHY),
      summary: text('one line for lists'),
      tags: {
        type: 'array',
        items: { type: 'string' },
        description: 'what it is about: sessions that ask for one of them are given it',
      },
      priority: { type: 'integer', minimum: 1, maximum: 10, description: 'higher is read first; default 5' },
      scope: WHERE,
    },
    required: ['name', 'body', 'reason'],
    additionalProperties: false,
  },
  propose_personality: {
    type: 'object',
    properties: {
      name: text(NAME),
      prompts: {
        type: 'array',
        items: { type: 'string' },
        description: 'prompts in the order in which they are read: NAME, project:PROJECT/NAME or agent:AGENT/NAME',
      },
      reason: text(WHY),
      summary: text('one line for lists'),
    },
    required: ['name', 'prompts', 'reason'],
    additionalProperties: false,
  },
  propose_skill: {
    type: 'object',
    properties: {
      name: text(NAME),
      files: {
        type: 'object',
        additionalProperties: { type: 'string' },
        description: 'path → whole text; SKILL.md must be there',
      },
      reason: text(WHY),
      scope: WHERE,
    },
    required: ['name', 'files', 'reason'],
    additionalProperties: false,
  },
  withdraw_proposal: {
    type: 'object',
    properties: { proposal: text('its id, as the answer to your proposal named it') },
    required: ['proposal'],
    additionalProperties: false,
  },
};

/** Items of `tools/list`; the descriptions are prompts of the system project, which operators may edit. */
export function toolItems(description: (prompt: SystemPrompt) => string): readonly JsonObject[] {
  return (Object.keys(shapes) as BuiltinTool[]).map((name) => ({
    name,
    description: description(toolPrompts[name]),
    inputSchema: inputs[name],
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  }));
}

/** @throws McptuiError `invalid` naming the arguments at fault */
function argumentsOf<T extends BuiltinTool>(tool: T, args: Json | undefined): z.infer<(typeof shapes)[T]> {
  const parsed = shapes[tool].safeParse(args ?? {});
  if (parsed.success) return parsed.data as z.infer<(typeof shapes)[T]>;
  throw new McptuiError('invalid', faultsOf(parsed.error, 'arguments'));
}

/** Id of the proposal to take back. @throws McptuiError `invalid` */
export function withdrawn(args: Json | undefined): string {
  return argumentsOf('withdraw_proposal', args).proposal;
}

/** @throws McptuiError `invalid` naming the arguments at fault, `denied` for what is not the session's to change */
export function draftOf(
  tool: ProposingTool,
  args: Json | undefined,
  standing: Standing,
  rows: (kind: ContentKind) => readonly ContentRow[],
): Pick<ProposalDraft, 'kind' | 'place' | 'name' | 'content' | 'reason'> {
  const given = argumentsOf(tool, args);
  if ('prompts' in given) {
    const { agent } = standing;
    if (agent === undefined) {
      throw new McptuiError('denied', 'this session has no agent, and a personality belongs to one', {
        hint: 'connect by `mcptui proxy --agent NAME`',
      });
    }
    const { name, prompts, summary } = given;
    const live = rows('personality').find((row) => row.agent === agent && row.name === name);
    const content = { ...fieldsOf(live), ...(summary === undefined ? {} : { summary }), prompts };
    return { kind: 'personality', place: { scope: 'agent', agent }, name, content, reason: given.reason };
  }
  const kind = 'files' in given ? 'skill' : 'prompt';
  const { place, name, live } = targetOf(kind, given.name, given.scope, standing, rows(kind));
  // Of a file that is no text an agent says nothing, so it stays.
  if ('files' in given)
    return { kind, place, name, content: { ...fieldsOf(live), files: given.files }, reason: given.reason };
  const { body, summary, tags, priority } = given;
  const fields = withTags({ ...fieldsOf(live), ...defined({ summary, tags, priority }), body });
  return { kind, place, name, content: fields, reason: given.reason };
}

/** What an agent does not name stays as it is. */
function fieldsOf(live: ContentRow | undefined): object {
  return live?.content ?? {};
}

interface Target {
  readonly place: Place;
  readonly name: string;
  readonly live: ContentRow | undefined;
}

/** The nearest one of that name (agent, project, everybody), or a new one where the scope says. */
function targetOf(
  kind: ContentKind,
  ref: string,
  wanted: Scope | undefined,
  { project, agent }: Standing,
  rows: readonly ContentRow[],
): Target {
  const parsed = parseRef(ref);
  if (parsed === undefined) throw new McptuiError('invalid', `name: ${ref} is not the name of a ${kind}`);
  const places: readonly Place[] = [
    ...(agent === undefined ? [] : [{ scope: 'agent', agent } as const]),
    { scope: 'project', project },
    { scope: 'global' },
  ];
  const named = parsed.scope === 'global' ? wanted : parsed.scope;
  const searched = named === undefined ? places : places.filter((place) => place.scope === named);
  for (const place of searched) {
    if (parsed.project !== undefined && parsed.project !== place.project) continue;
    if (parsed.agent !== undefined && parsed.agent !== place.agent) continue;
    const live = rows.find((row) => row.name === parsed.name && isAt(row, place));
    if (live !== undefined) return { place, name: parsed.name, live };
  }
  const place = searched.find(
    (candidate) =>
      candidate.scope === (named ?? 'project') &&
      (parsed.project ?? candidate.project) === candidate.project &&
      (parsed.agent ?? candidate.agent) === candidate.agent,
  );
  if (place !== undefined) return { place, name: parsed.name, live: undefined };
  throw new McptuiError(
    'denied',
    `${ref}: this session works in project ${project}${agent === undefined ? '' : ` as agent ${agent}`} only`,
  );
}

function isAt(row: ContentRow | Prompt, place: Place): boolean {
  return row.scope === place.scope && row.project === place.project && row.agent === place.agent;
}
