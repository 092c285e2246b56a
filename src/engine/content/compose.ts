/** Composes what an agent is told at the start of a session, in one pure function; consoles show the same. */
import { tokensOf } from '../../kernel/tokens.ts';
import type { Composition, CompositionPart } from './types.ts';

/** Longest block in characters; what does not fit is named at its end and stays in `prompts/list`. */
export const MAX_BLOCK = 256 * 1024;

export interface ComposablePrompt {
  readonly ref: string;
  readonly name: string;
  readonly semver: string;
  readonly priority: number;
  /** What is read: the linked prompt's body, then its own. */
  readonly text: string;
}

export interface ComposeInput {
  readonly project: string;
  /** The project's own words, which come first. */
  readonly instructions: string;
  readonly agent?: string;
  readonly personality?: string;
  /** Each list in its own order: bindings as bound; the others in any order. */
  readonly bound: readonly ComposablePrompt[];
  readonly ofAgent: readonly ComposablePrompt[];
  readonly ofProject: readonly ComposablePrompt[];
  readonly global: readonly ComposablePrompt[];
}

/** Personality in its order, then the agent's, the project's and the global prompts, each by priority and name; none twice. */
export function compose(input: ComposeInput): Composition {
  const seen = new Set<string>();
  const sections: string[] = input.instructions.trim() === '' ? [] : [input.instructions.trimEnd()];
  const parts: CompositionPart[] = [];
  const omitted: string[] = [];
  let length = sections[0]?.length ?? 0;
  const add = (from: CompositionPart['from'], prompts: readonly ComposablePrompt[]): void => {
    for (const prompt of prompts) {
      if (seen.has(prompt.ref)) continue;
      seen.add(prompt.ref);
      const section = `## ${prompt.name}\n\n${prompt.text.trimEnd()}`;
      if (length + section.length > MAX_BLOCK) {
        omitted.push(prompt.ref);
        continue;
      }
      length += section.length + 2;
      sections.push(section);
      parts.push({ ref: prompt.ref, semver: prompt.semver, from, tokens: tokensOf(section) });
    }
  };
  add('personality', input.bound);
  add('agent', byPriority(input.ofAgent));
  add('project', byPriority(input.ofProject));
  add('global', byPriority(input.global));
  if (omitted.length > 0) sections.push(omittedNote(omitted));
  const text = sections.join('\n\n');
  return {
    project: input.project,
    ...(input.agent === undefined ? {} : { agent: input.agent }),
    ...(input.personality === undefined ? {} : { personality: input.personality }),
    text,
    parts,
    tokens: parts.reduce((sum, part) => sum + part.tokens, tokensOf(input.instructions)),
    omitted,
  };
}

const NAMED = 50;

function omittedNote(omitted: readonly string[]): string {
  const more = omitted.length > NAMED ? ` and ${omitted.length - NAMED} more` : '';
  return `Not included for length, see prompts/list: ${omitted.slice(0, NAMED).join(', ')}${more}.`;
}

function byPriority(prompts: readonly ComposablePrompt[]): readonly ComposablePrompt[] {
  return prompts.toSorted((a, b) => b.priority - a.priority || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
