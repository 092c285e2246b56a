/** Properties of selections: the same for the same contents, in any order, for any text. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseWithinBudget } from '../../../src/engine/selection/choose.ts';
import { matchTags, PromptIndex } from '../../../src/engine/selection/tag-match.ts';
import { searchTools } from '../../../src/engine/selection/tool-search.ts';
import type { Asked, Candidate } from '../../../src/engine/selection/types.ts';
import { termsOf } from '../../../src/engine/selection/words.ts';

const word = fc.oneof(
  fc.constantFrom(
    'deploy',
    'Deploys',
    'code review',
    'codeReview',
    'gitea',
    'create_issue',
    'ops',
    'the',
    '日本語',
    '',
  ),
  fc.string({ maxLength: 12, unit: 'binary' }),
);
const words = fc.array(word, { maxLength: 4 });
const candidates: fc.Arbitrary<readonly Candidate[]> = fc
  .array(
    fc.record({
      name: word,
      priority: fc.integer({ min: 1, max: 10 }),
      tags: words,
      servers: words,
      actions: words,
      summary: word,
      chapters: words,
      project: word,
    }),
    { maxLength: 12 },
  )
  .map((all) => all.map((one, at) => ({ ...one, ref: `p${at}` })));
const asked: fc.Arbitrary<Asked> = fc.record({
  tags: words,
  project: word,
  servers: words,
  actions: words,
  words: word,
});

describe('matchTags', () => {
  it('gives the same for the same prompts in any order', () => {
    fc.assert(
      fc.property(candidates, asked, (all, task) => {
        const given = matchTags(task, new PromptIndex(all));
        expect(matchTags(task, new PromptIndex(all.toReversed()))).toEqual(given);
      }),
    );
  });

  it('orders by scores that are the sum of the reasons times priority, each reason with points', () => {
    fc.assert(
      fc.property(candidates, asked, (all, task) => {
        let before = Infinity;
        for (const { ref, score, why } of matchTags(task, new PromptIndex(all))) {
          const priority = all.find((one) => one.ref === ref)?.priority ?? 0;
          const sum = why.reduce((total, { points }) => total + points, 0);
          expect(score).toBeCloseTo(sum * priority, 1);
          expect(score).toBeLessThanOrEqual(before);
          expect(why.every(({ points }) => points > 0)).toBe(true);
          before = score;
        }
      }),
    );
  });

  it('finds every prompt by each of its own tags that has a term', () => {
    fc.assert(
      fc.property(candidates, (all) => {
        const index = new PromptIndex(all);
        for (const { ref, tags } of all) {
          for (const tag of tags.filter((one) => termsOf(one).length > 0)) {
            expect(matchTags({ tags: [tag] }, index).map((match) => match.ref)).toContain(ref);
          }
        }
      }),
    );
  });
});

describe('searchTools', () => {
  it('answers any query over any list, best first, with what is in the list', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ name: word, description: word, parameters: words }), { maxLength: 8 }),
        word,
        (tools, query) => {
          const found = searchTools(tools, query, 5);
          expect(found.length).toBeLessThanOrEqual(5);
          expect(found.map(({ score }) => score)).toEqual(found.map(({ score }) => score).toSorted((a, b) => b - a));
          expect(found.every(({ item, number }) => tools[number] === item)).toBe(true);
        },
      ),
    );
  });
});

describe('chooseWithinBudget', () => {
  it('loses none, and is over the budget by priority 10 alone', () => {
    const one = fc.record({ ref: fc.string(), priority: fc.integer({ min: 1, max: 10 }), tokens: fc.nat(100) });
    fc.assert(
      fc.property(fc.array(one), fc.nat(300), (matched, budget) => {
        const { full, index, tokens } = chooseWithinBudget(matched, budget);
        expect(new Set([...full, ...index])).toEqual(new Set(matched));
        expect(full.length + index.length).toBe(matched.length);
        const always = full.filter(({ priority }) => priority === 10).reduce((sum, own) => sum + own.tokens, 0);
        expect(tokens).toBeLessThanOrEqual(Math.max(budget, always));
        expect(index.every(({ priority }) => priority < 10)).toBe(true);
      }),
    );
  });
});
