/** Says which prompts a model may sum up, and what of each is missing. Pure. */
import type { Agent, Prompt } from '../../store/schema/content.ts';
import type { Project } from '../../store/schema/index.ts';
import { SYSTEM_PROJECT } from '../content/built-in-projects.ts';
import { MAX_SUMMARY } from '../content/summary.ts';
import type { ModelPolicy } from '../models/model-book.ts';

export interface Wanted {
  /** Hash of the content. */
  readonly id: string;
  readonly body: string;
  /** Where the text may go. */
  readonly policy: ModelPolicy;
  readonly summary: boolean;
  readonly chapters: boolean;
}

/** A text of fewer lines is read at a glance. */
const MIN_CHAPTER_LINES = 20;
/** Characters of a text that a model is asked to divide; a longer one is divided at its headings. */
export const MAX_CHAPTER_CHARS = 24_000;

type Needs = Pick<Wanted, 'summary' | 'chapters'>;
/** By row: a revision is another row. */
const known = new WeakMap<Prompt, Needs>();

/** Those of the engine itself are left out, and those that a rule sums up whole. Each content once, as freely as one of its places lets it go. */
export function wantedPrompts(
  prompts: readonly Prompt[],
  projects: readonly Project[],
  agents: readonly Agent[],
): readonly Wanted[] {
  const policies = new Map(projects.map(({ name, gate }) => [name, gate?.models ?? 'local']));
  policies.delete(SYSTEM_PROJECT);
  const projectOf = new Map(agents.map(({ name, project }) => [name, project]));
  const strictest = strictestOf([...policies.values()]);
  const found = new Map<string, Wanted>();
  for (const row of prompts) {
    const { scope, project, agent, content, current } = row;
    if (project === SYSTEM_PROJECT) continue;
    const needs = needsOf(row);
    if (!needs.summary && !needs.chapters) continue;
    const owner = scope === 'agent' ? projectOf.get(agent ?? '') : project;
    const policy = scope === 'global' ? strictest : (policies.get(owner ?? '') ?? 'local');
    const other = found.get(current.hash);
    if (policy === 'none' || (other !== undefined && ORDER.indexOf(other.policy) >= ORDER.indexOf(policy))) continue;
    found.set(current.hash, { id: current.hash, body: content.body, policy, ...needs });
  }
  return [...found.values()];
}

const ORDER: readonly ModelPolicy[] = ['none', 'local', 'any'];

/** A global prompt is read in every project, so the strictest of them counts. */
function strictestOf(policies: readonly ModelPolicy[]): ModelPolicy {
  return ORDER.find((policy) => policies.includes(policy)) ?? 'local';
}

function needsOf(row: Prompt): Needs {
  let needs = known.get(row);
  if (needs === undefined) {
    const { summary, body } = row.content;
    needs = {
      summary: summary === '' && body.trim().length > MAX_SUMMARY,
      chapters: body.length <= MAX_CHAPTER_CHARS && hasLines(body, MIN_CHAPTER_LINES),
    };
    known.set(row, needs);
  }
  return needs;
}

function hasLines(text: string, least: number): boolean {
  let at = 0;
  for (let line = 1; line < least; line += 1) {
    at = text.indexOf('\n', at) + 1;
    if (at === 0) return false;
  }
  return at < text.length;
}
