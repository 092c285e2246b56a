/** What a session gets: prompts in full within the budget and the bounds, others by name, tools. */
import { describe, expect, it } from 'vitest';
import { decide, type DecideInput, type Eligible } from '../../../src/engine/gate/decide.ts';
import type { Match } from '../../../src/engine/selection/types.ts';
import { gateDecisionSchema } from '../../../src/store/schema/gate.ts';

const prompt = (ref: string, tokens = 100, priority = 5): Eligible => ({
  ref,
  semver: '0.1.0',
  hash: 'a'.repeat(64),
  priority,
  tokens,
});
const match = (ref: string, score = 10): Match => ({ ref, score, why: [{ field: 'tag', term: 'x', points: 10 }] });

function decided(more: Partial<DecideInput>) {
  const decision = decide({
    by: 'begin',
    at: 1,
    asked: { tags: ['x'] },
    prompts: [],
    matches: [],
    given: new Set(),
    found: [],
    always: [],
    toolsOf: 0,
    settings: { promptTokens: 250, tools: 'selected' },
    selection: { by: 'tags', ms: 1 },
    ...more,
  });
  expect(gateDecisionSchema.parse(decision)).toEqual(decision);
  const refs = (isFull: boolean): readonly string[] =>
    decision.prompts.filter((one) => one.isFull === isFull).map(({ ref }) => ref);
  return { decision, full: refs(true), named: refs(false) };
}

describe('decide', () => {
  it('gives what fits the budget, best first, and names the rest', () => {
    const prompts = [prompt('a'), prompt('b', 200), prompt('c')];
    const { full, named, decision } = decided({ prompts, matches: [match('a'), match('b'), match('c')] });
    expect([full, named]).toEqual([['a', 'c'], ['b']]);
    expect(decision.tokens).toBe(200);
  });

  it('gives priority 10 whatever it costs, and says so', () => {
    const { full, decision } = decided({ prompts: [prompt('big', 9_000, 10), prompt('a')], matches: [match('a')] });
    expect(full).toEqual(['big']);
    expect(decision.prompts[0]?.why).toBe('priority 10');
  });

  it('names what even priority 10 may not cost, and gives no more than 64 prompts', () => {
    const huge = Array.from({ length: 3 }, (_, at) => prompt(`huge${at}`, 60_000, 10));
    expect(decided({ prompts: huge })).toMatchObject({ full: ['huge0'], named: ['huge1', 'huge2'] });
    const many = Array.from({ length: 10_000 }, (_, at) => prompt(`p${at}`, 1, 10));
    const { full, named } = decided({ prompts: many });
    expect([full.length, named.length]).toEqual([64, 56]);
  });

  it('gives nothing twice', () => {
    const prompts = [prompt('a'), prompt('b')];
    const { full } = decided({ prompts, matches: [match('a'), match('b')], given: new Set(['a']) });
    expect(full).toEqual(['b']);
  });

  it('gives what a model chose, in its order, and names what matches besides', () => {
    const prompts = [prompt('a'), prompt('b'), prompt('c')];
    const { full, named, decision } = decided({ prompts, matches: [match('a')], chosen: ['c', 'b'] });
    expect([full, named]).toEqual([['c', 'b'], ['a']]);
    expect(decision.prompts.map(({ why }) => why)).toEqual(['model', 'model', 'tag x']);
  });

  it('lists what is never hidden and what fits; an operator opens all', () => {
    const tools = { found: ['b', 'a'], always: ['z'], toolsOf: 9 };
    expect(decided(tools).decision.tools).toEqual({ names: ['z', 'b', 'a'], isAll: false, of: 9 });
    expect(decided({ ...tools, by: 'operator' }).decision.tools.isAll).toBe(true);
  });
});
