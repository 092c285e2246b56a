/** Defines the tools of a gated project: their schemas, and what an agent's arguments mean. */
import * as z from 'zod';
import { McptuiError } from '../../kernel/errors.ts';
import type { Json, JsonObject } from '../../kernel/json.ts';
import type { SystemPrompt } from '../content/system-texts.ts';
import { faultsOf } from '../content/faults.ts';

const MAX_DESCRIPTION = 4_000;
const tag = z.string().trim().min(1).max(64);
const tags = z.array(tag).max(32);
const wellFormed = (text: string): boolean => text.isWellFormed();

const shapes = {
  begin_session: z
    .strictObject({
      description: z
        .string()
        .trim()
        .max(MAX_DESCRIPTION)
        .refine(wellFormed, 'holds half of a surrogate pair')
        .optional(),
      tags: tags.optional(),
    })
    .refine(
      ({ description = '', tags: given = [] }) => description !== '' || given.length > 0,
      'say what you are about to do: a description, tags, or both',
    ),
  read_prompts: z
    .strictObject({
      names: z.array(z.string().min(1).max(300)).max(32).optional(),
      tags: tags.optional(),
      chapter: z.string().min(1).max(300).optional(),
    })
    .refine(
      ({ names = [], tags: given = [] }) => names.length + given.length > 0,
      'say which: names as begin_session or prompts/list tell them, or tags',
    ),
  find_tools: z.strictObject({ query: z.string().trim().min(1).max(1_000) }),
  use_tool: z.strictObject({ name: z.string().min(1).max(300), arguments: z.record(z.string(), z.json()).optional() }),
} as const;

export type GateTool = keyof typeof shapes;
export type GateArguments<T extends GateTool> = z.infer<(typeof shapes)[T]>;

export function isGateTool(name: string): name is GateTool {
  return Object.hasOwn(shapes, name);
}

/** Tool → the system prompt that describes it. */
export const gateToolPrompts: Readonly<Record<GateTool, SystemPrompt>> = {
  begin_session: 'begin-session',
  read_prompts: 'read-prompts',
  find_tools: 'find-tools',
  use_tool: 'use-tool',
};

const text = (description: string): JsonObject => ({ type: 'string', description });
const words = (description: string): JsonObject => ({ type: 'array', items: { type: 'string' }, description });

const inputs: Readonly<Record<GateTool, JsonObject>> = {
  begin_session: {
    type: 'object',
    properties: {
      description: text('what you are about to do, in a sentence or a few'),
      tags: words('words that name the task: systems, actions, languages'),
    },
    additionalProperties: false,
  },
  read_prompts: {
    type: 'object',
    properties: {
      names: words('names of prompts'),
      tags: words('words that the prompts should match'),
      chapter: text('title of one chapter, to read that alone'),
    },
    additionalProperties: false,
  },
  find_tools: {
    type: 'object',
    properties: { query: text('what the tool should do, in a few words') },
    required: ['query'],
    additionalProperties: false,
  },
  use_tool: {
    type: 'object',
    properties: {
      name: text('name of the tool, as begin_session or find_tools tell it'),
      arguments: { type: 'object', description: 'its arguments, as its own schema wants them' },
    },
    required: ['name'],
    additionalProperties: false,
  },
};

export function gateToolItem(name: GateTool, description: string): JsonObject {
  return {
    name,
    description,
    inputSchema: inputs[name],
    annotations:
      name === 'use_tool'
        ? { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true }
        : { readOnlyHint: true, openWorldHint: false },
  };
}

/** @throws McptuiError `invalid` naming the arguments at fault */
export function gateArguments<T extends GateTool>(tool: T, args: Json | undefined): GateArguments<T> {
  const parsed = shapes[tool].safeParse(args ?? {});
  if (parsed.success) return parsed.data as GateArguments<T>;
  throw new McptuiError('invalid', faultsOf(parsed.error, 'arguments'));
}
