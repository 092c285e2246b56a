/** Holds what the engine's own prompts must keep to, since programs read them: their variables and their length. Pure. */
import { McptuiError } from '../../kernel/errors.ts';
import type { PromptContent } from '../../store/schema/content.ts';
import { SYSTEM_PROJECT } from './built-in-projects.ts';
import { builtInContent, systemPrompts, type SystemPrompt } from './system-texts.ts';
import type { Place } from './refs.ts';
import { argumentsOf, fillTemplates } from './template.ts';

export interface ResourceRule {
  /** Variables that the text must have; it may have no others. */
  readonly variables: readonly string[];
  /** Characters. */
  readonly maxChars: number;
}

/** Each client pays for the description of a tool with each of its sessions. */
const description: ResourceRule = { variables: [], maxChars: 2_000 };

function ofModel(...variables: readonly string[]): ResourceRule {
  return { variables, maxChars: 8_000 };
}

export const systemRules: Readonly<Record<SystemPrompt, ResourceRule>> = {
  'propose-prompt': description,
  'propose-personality': description,
  'propose-skill': description,
  'withdraw-proposal': description,
  'begin-session': description,
  'read-prompts': description,
  'find-tools': description,
  'use-tool': description,
  'gate-selection': ofModel('maxPrompts'),
  'prompt-summary': ofModel('maxChars'),
  'prompt-chapters': ofModel('maxChapters', 'maxChars'),
  'page-titles': ofModel('pageCount', 'maxChars'),
  'section-titles': ofModel('pageCount', 'maxChars'),
  'content-summary': ofModel('maxTokens'),
};

/** The rule of a prompt; undefined for one that nothing but agents reads. */
export function ruleOf({ project }: Place, name: string): ResourceRule | undefined {
  return project === SYSTEM_PROJECT && Object.hasOwn(systemPrompts, name)
    ? systemRules[name as SystemPrompt]
    : undefined;
}

/** @throws McptuiError `invalid` naming the rule and the variable */
export function assertRule(place: Place, name: string, content: PromptContent): void {
  const rule = ruleOf(place, name);
  if (rule === undefined) return;
  const { body } = content;
  const there = new Set(argumentsOf([{ body }]).map((argument) => argument.name));
  const missing = rule.variables.filter((variable) => !there.has(variable));
  const unknown = [...there].filter((variable) => !rule.variables.includes(variable));
  const fault =
    body.trim() === ''
      ? 'it must say something'
      : body.length > rule.maxChars
        ? `it has ${body.length} characters, and ${rule.maxChars} are the most`
        : content.link !== undefined
          ? 'it links another prompt, and must stand alone'
          : missing.length > 0
            ? `it must have ${missing.map(braced).join(', ')}`
            : unknown.length > 0
              ? `nothing fills ${unknown.map(braced).join(', ')}`
              : undefined;
  if (fault === undefined) return;
  const known =
    rule.variables.length === 0 ? 'it has no variables' : `its variables: ${rule.variables.map(braced).join(', ')}`;
  throw new McptuiError('invalid', `prompt ${name} of ${SYSTEM_PROJECT}: ${fault}`, { hint: known });
}

const braced = (variable: string): string => `{{${variable}}}`;

/** What a system prompt says now, with its variables filled. */
export type SystemText = (name: SystemPrompt, values: Readonly<Record<string, string>>) => string;

/** The text with its variables filled; the built-in one where that text cannot be. */
export function filledSystemText(name: SystemPrompt, body: string, values: Readonly<Record<string, string>>): string {
  try {
    return fillTemplates([{ body }], values);
  } catch {
    return fillTemplates([{ body: builtInContent(name).body }], values);
  }
}
