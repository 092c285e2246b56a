/** What a gate saves: the tokens of what is listed, beside those of all. */
import { describe, expect, it } from 'vitest';
import { GATED, gate } from '../../../src/engine/gate/gate.ts';
import { savingsOf } from '../../../src/engine/gate/savings.ts';
import { aGateDecision } from '../../support/builders/gates.ts';

const tool = (name: string) => ({ name, server: 's', tool: name, item: { name, description: 'Does one thing well.' } });
const tools = [tool('a'), tool('b'), tool('c')];
const decided = (tools_: object) => gate(GATED, { kind: 'decided', decision: aGateDecision(tools_) }).state;

describe('savingsOf', () => {
  it('counts what is open, and what is never hidden', () => {
    const one = savingsOf(GATED, tools.slice(0, 1), () => true).allTokens;
    expect(one).toBeGreaterThan(5);
    expect(savingsOf(GATED, tools, () => false)).toEqual({ listedTokens: 0, allTokens: 3 * one, promptTokens: 0 });
    expect(savingsOf(GATED, tools, (name) => name === 'a').listedTokens).toBe(one);
    const selected = decided({ tools: { names: ['b'], isAll: false, of: 3 }, tokens: 200 });
    expect(savingsOf(selected, tools, (name) => name === 'a')).toEqual({
      listedTokens: 2 * one,
      allTokens: 3 * one,
      promptTokens: 200,
    });
    const all = decided({ tools: { names: [], isAll: true, of: 3 } });
    expect(savingsOf(all, tools, () => false).listedTokens).toBe(3 * one);
  });
});
