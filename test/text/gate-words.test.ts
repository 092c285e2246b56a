import { describe, expect, it } from 'vitest';
import { gateLines } from '../../src/text/gate-words.ts';
import { aGateDecision } from '../support/builders/gates.ts';

const session = { session: 'ses_1', client: 'c', project: 'ops', decisions: [] };
const pages = { answers: 3, pages: 7, withheldTokens: 81_000 };

describe('gateLines', () => {
  it('says what pages have saved, in a project without a gate as well', () => {
    expect(gateLines({ ...session, pages })).toEqual([
      ['gate', 'project ops is not gated: the session sees all of it'],
      ['pages', '3 long answers in 7 pages · ≈81,000 tokens withheld'],
    ]);
    expect(gateLines({ ...session, pages: { answers: 1, pages: 1, withheldTokens: 0 } }).at(-1)).toEqual([
      'pages',
      '1 long answer in 1 page · ≈0 tokens withheld',
    ]);
  });

  it('says it behind the tokens of what is listed', () => {
    const savings = { listedTokens: 10, allTokens: 20, promptTokens: 5 };
    const lines = gateLines({ ...session, gate: { state: 'open' }, decisions: [aGateDecision({})], savings, pages });
    expect(lines.slice(-3).map(([label]) => label)).toEqual(['', 'tokens', 'pages']);
  });
});
