/** Shows how the links of a prompt do: prompts that are there or gone, resources as they were read last. Pure. */
import { defined } from '../../../kernel/defined.ts';
import type { Prompt } from '../../../store/schema/content.ts';
import { linksOf, parseResourceLink } from '../../../store/schema/link.ts';
import { refOf } from '../refs.ts';
import { linkTarget } from '../rows.ts';
import type { LinkState, LinkView, ProjectLink } from './types.ts';

/** How a linked resource does; without an engine that looks, nothing is known. */
export type StateOfLink = (link: string) => LinkState;

export const nobodyLooks: StateOfLink = () => ({ health: 'unknown', reason: 'no engine has looked at it' });

export function linkViews(prompts: readonly Prompt[], row: Prompt, stateOf: StateOfLink): readonly LinkView[] {
  return linksOf(row.content).map((ref): LinkView => {
    if (parseResourceLink(ref) !== undefined) return { ref, kind: 'resource', ...stateOf(ref) };
    const target = linkTarget(prompts, ref);
    if (target !== undefined && target.id !== row.id) return { ref, kind: 'prompt', health: 'alive' };
    const reason = target === undefined ? `there is no prompt ${ref}` : 'it is the prompt itself';
    return { ref, kind: 'prompt', health: 'dead', reason, next: `mcptui edit prompt ${refOf(row, row.name)}` };
  });
}

/** The links of a project's prompts, those of the highest priority first. */
export function projectLinks(
  prompts: readonly Prompt[],
  project: string,
  stateOf: StateOfLink,
): readonly ProjectLink[] {
  return prompts
    .filter((row) => row.project === project)
    .toSorted((a, b) => b.content.priority - a.content.priority || (a.name < b.name ? -1 : 1))
    .flatMap((row) =>
      linkViews(prompts, row, stateOf).map(({ ref, health, reason, next }) => ({
        prompt: row.name,
        priority: row.content.priority,
        link: ref,
        status: health,
        ...defined({ reason, next }),
      })),
    );
}
