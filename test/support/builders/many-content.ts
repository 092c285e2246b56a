/** A library as large as anybody's: prompts of every scope, personalities, proposals of each kind of look. */
import { aPersonality, anAgent, aPrompt, aProposal } from './content-builders.ts';
import type { ContentRows } from '../worlds/content-fixture.ts';

const padded = (index: number): string => String(index).padStart(5, '0');

export function manyContent({
  prompts,
  proposals,
}: {
  readonly prompts: number;
  readonly proposals: number;
}): ContentRows {
  const names = Array.from({ length: prompts }, (_, index) => `prompt-${padded(index)}`);
  return {
    agents: [anAgent()],
    prompts: names.map((name, index) => aPrompt({ id: `pro_${name}`, name, ref: name, semver: `0.1.${index % 30}` })),
    personalities: Array.from({ length: Math.min(prompts, 200) }, (_, index) => {
      const name = `persona-${padded(index)}`;
      const first = (index * 7) % prompts;
      const bound = names.slice(first, first + 5);
      return aPersonality({ id: `per_${name}`, name, ref: `reviewer/${name}`, prompts: bound, isDefault: index === 0 });
    }),
    proposals: Array.from({ length: proposals }, (_, index) => {
      const name = names[(index * 13) % prompts] ?? '';
      return aProposal({
        id: `p${padded(index)}`,
        name,
        ref: name,
        risks: index % 5 === 0 ? ['2 unusual characters'] : [],
      });
    }),
  };
}
