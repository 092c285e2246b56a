/** Fetches what `compose` takes from the store: which prompts a session with this project, agent and personality reads. */
import { McptuiError } from '../../kernel/errors.ts';
import type { Personality, Prompt } from '../../store/schema/content.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import { agentNamed } from './bindings.ts';
import type { ComposeTarget } from './changes.ts';
import { compose, type ComposablePrompt } from './compose.ts';
import { projectNamed } from './places.ts';
import { refOf } from './refs.ts';
import { promptText } from './rows.ts';
import { readSemver } from './semver.ts';
import type { Composition } from './types.ts';

type Reads = Pick<Database<Shape>, 'collection'>;

/** Adds to a prompt's own words what it links of servers. */
export type WithLinked = (text: string, prompt: Prompt) => string;

/** `which`: all that the session reads, or what its personality binds. @throws McptuiError `not-found` with those there are */
export function composeFor(
  db: Reads,
  target: ComposeTarget,
  which: 'all' | 'worn' = 'all',
  withLinked: WithLinked = (text) => text,
): Composition {
  const prompts = db.collection('prompts').all();
  const agent = target.agent === undefined ? undefined : agentNamed(db, target.agent);
  const project = projectNamed(db, target.project ?? agent?.project ?? 'default');
  const personality = agent === undefined ? undefined : wornBy(db, agent, target.personality);
  const bound = target.prompts ?? personality?.content.prompts ?? [];
  const composable = (prompt: Prompt): ComposablePrompt => ({
    ref: refOf(prompt, prompt.name),
    name: prompt.name,
    semver: readSemver(prompt.current.semver),
    priority: prompt.content.priority,
    text: withLinked(promptText(prompts, prompt), prompt),
  });
  // What is only read when worn is there by being bound, or not at all.
  const always = which === 'worn' ? [] : prompts.filter((prompt) => prompt.content.read !== 'worn');
  const of = (check: (prompt: Prompt) => boolean): readonly ComposablePrompt[] => always.filter(check).map(composable);
  const byRef = new Map(prompts.map((prompt) => [refOf(prompt, prompt.name), prompt]));
  return compose({
    project: project.name,
    instructions: project.instructions,
    ...(agent === undefined ? {} : { agent: agent.name }),
    ...(personality === undefined ? {} : { personality: personality.name }),
    bound: bound.flatMap((ref) => byRef.get(ref) ?? []).map(composable),
    ofAgent: agent === undefined ? [] : of((row) => row.scope === 'agent' && row.agent === agent.name),
    ofProject: of((row) => row.scope === 'project' && row.project === project.name),
    global: of((row) => row.scope === 'global'),
  });
}

/** References of the prompts that a session of this agent wears; none when agent or personality are gone. */
export function boundBy(db: Reads, agent: string | undefined, personality: string | undefined): readonly string[] {
  const row =
    agent === undefined
      ? undefined
      : db
          .collection('agents')
          .all()
          .find(({ name }) => name === agent);
  if (row === undefined) return [];
  try {
    return wornBy(db, row, personality)?.content.prompts ?? [];
  } catch {
    return [];
  }
}

/** @throws McptuiError `not-found` with those that the agent has */
function wornBy(db: Reads, agent: Shape['agents'], wanted: string | null | undefined): Personality | undefined {
  const name = wanted === undefined ? agent.defaultPersonality : wanted;
  if (name === null) return undefined;
  const own = db
    .collection('personalities')
    .all()
    .filter((row) => row.agent === agent.name);
  const found = own.find((row) => row.name === name || `${agent.name}/${row.name}` === name);
  if (found !== undefined) return found;
  throw new McptuiError('not-found', `agent ${agent.name} has no personality ${name}`, {
    hint: own.length === 0 ? 'it has none yet' : `it has ${own.map((row) => row.name).join(', ')}`,
  });
}
