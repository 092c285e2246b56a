/** What an agent would read, put together by the engine in memory: a personality's prompts, then the global ones. */
import { MAX_BLOCK } from '../../../src/engine/content/compose.ts';
import { diffTexts } from '../../../src/engine/content/diff.ts';
import type { ComposeTarget, Composition, CompositionPart, ContentCommands } from '../../../src/engine/index.ts';
import type { ContentTexts, ContentWorld } from './content-fixture.ts';

export function composeCommands(
  world: ContentWorld,
  texts: ContentTexts,
): Pick<ContentCommands, 'compose' | 'diffComposed'> {
  const compose = ({ project = 'default', agent, personality, prompts }: ComposeTarget): Composition => {
    const view = world.view();
    const owner = [...view.agents.values()].find(({ name }) => name === agent);
    const name = personality === undefined ? (owner?.defaultPersonality ?? undefined) : (personality ?? undefined);
    const worn = [...view.personalities.values()].find((row) => row.agent === agent && row.name === name);
    const own = prompts ?? worn?.prompts ?? [];
    const all = [...view.prompts.values()];
    const byRef = new Map(all.map((prompt) => [prompt.ref, prompt]));
    const bound = new Set(own);
    const rest = all
      .filter((prompt) => !bound.has(prompt.ref))
      .filter((prompt) => prompt.scope === 'global' || prompt.agent === agent || prompt.project === project)
      .sort((a, b) => b.priority - a.priority);
    const omitted: string[] = [];
    let length = 0;
    const bodies: string[] = [];
    const parts: CompositionPart[] = [];
    const add = (ref: string, from: CompositionPart['from']): void => {
      const prompt = byRef.get(ref);
      if (prompt === undefined) return;
      if (length > MAX_BLOCK) {
        omitted.push(ref);
        return;
      }
      const text = texts.text('prompt', ref);
      length += text.length;
      bodies.push(text.slice(text.indexOf('---\n', 4) + 4));
      parts.push({ ref, semver: prompt.semver, from, tokens: Math.ceil(text.length / 4) });
    };
    for (const ref of own) add(ref, 'personality');
    for (const prompt of rest) add(prompt.ref, prompt.scope);
    const text = bodies.join('\n');
    return {
      project,
      ...(agent === undefined ? {} : { agent }),
      ...(name === undefined ? {} : { personality: name }),
      text,
      parts,
      tokens: Math.ceil(text.length / 4),
      omitted,
    };
  };
  return {
    compose: async (target) => compose(target),
    diffComposed: async (left, right) =>
      diffTexts({ label: 'now', text: compose(left).text }, { label: 'then', text: compose(right).text }),
  };
}
