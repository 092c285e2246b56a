/** Builds decisions of gates. */
import type { GateDecision } from '../../../src/engine/index.ts';
import { fixtureNow } from './console-builders.ts';

export function aGateDecision(more: Partial<GateDecision> = {}): GateDecision {
  return {
    by: 'begin',
    at: fixtureNow,
    asked: { description: 'fix the failing deploy of the shop', tags: ['deploy'] },
    prompts: [
      {
        ref: 'project:web/deploy-rules',
        semver: '0.1.0',
        hash: 'a'.repeat(64),
        score: 18,
        why: 'tag deploy',
        tokens: 120,
        isFull: true,
      },
      {
        ref: 'project:web/rollback',
        semver: '0.1.0',
        hash: 'b'.repeat(64),
        score: 11,
        why: 'summary shop',
        tokens: 9_000,
        isFull: false,
      },
      {
        ref: 'house-style',
        semver: '0.2.0',
        hash: 'c'.repeat(64),
        score: 0,
        why: 'priority 10',
        tokens: 80,
        isFull: true,
      },
    ],
    promptsOf: 80,
    tools: { names: Array.from({ length: 21 }, (_, index) => `shop__tool_${index}`), isAll: false, of: 312 },
    tokens: 200,
    selection: { by: 'tags', ms: 2 },
    ...more,
  };
}
