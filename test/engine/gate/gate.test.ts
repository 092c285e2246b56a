/** The machine of a gate: what opens it, what widens it, what each step asks for. */
import { describe, expect, it } from 'vitest';
import { GATED, MAX_DECISIONS, MAX_WRITTEN, gate, stateOf } from '../../../src/engine/gate/gate.ts';
import type { GateDecision, GateEvent, GateState } from '../../../src/engine/gate/types.ts';
import { aGateDecision } from '../../support/builders/gates.ts';

const selected = (names: readonly string[], more: Partial<GateDecision> = {}): GateDecision =>
  aGateDecision({ prompts: [], tools: { names: [...names], isAll: false, of: 9 }, ...more });
const all = (more: Partial<GateDecision> = {}): GateDecision =>
  aGateDecision({ prompts: [], tools: { names: [], isAll: true, of: 9 }, ...more });
const decided = (decision: GateDecision): GateEvent => ({ kind: 'decided', decision });
const open = (decision: GateDecision): GateState => gate(GATED, decided(decision)).state;

/** State, event → the tools that are open afterwards (undefined: gated), and the effects. */
const rows: readonly (readonly [
  string,
  GateState,
  GateEvent,
  readonly string[] | 'all' | undefined,
  readonly string[],
])[] = [
  ['begin_session opens', GATED, decided(selected(['a'])), ['a'], ['keep', 'lists']],
  ['a call opens', GATED, decided(selected(['a'], { by: 'call' })), ['a'], ['keep', 'lists']],
  ['an operator opens', GATED, decided(all({ by: 'operator' })), 'all', ['keep', 'lists']],
  ['what is found while gated opens nothing', GATED, { kind: 'found', names: ['a'] }, undefined, []],
  ['an end of what is gated changes nothing', GATED, { kind: 'ended' }, undefined, []],
  ['begin_session again widens', open(selected(['a'])), decided(selected(['b'])), ['a', 'b'], ['keep', 'lists']],
  ['the same again is kept and tells nobody', open(selected(['a'])), decided(selected(['a'])), ['a'], ['keep']],
  [
    'a call of an open gate changes nothing',
    open(selected(['a'])),
    decided(selected(['b'], { by: 'call' })),
    ['a'],
    [],
  ],
  ['an operator widens to all', open(selected(['a'])), decided(all({ by: 'operator' })), 'all', ['keep', 'lists']],
  ['all stays all', open(all()), decided(selected(['a'])), 'all', ['keep']],
  ['what is found is listed', open(selected(['a'])), { kind: 'found', names: ['b'] }, ['a', 'b'], ['lists']],
  ['what is found and listed changes nothing', open(selected(['a'])), { kind: 'found', names: ['a'] }, ['a'], []],
  ['where all is open nothing is found', open(all()), { kind: 'found', names: ['b'] }, 'all', []],
  ['the end closes', open(all()), { kind: 'ended' }, undefined, ['forget']],
];

describe('gate', () => {
  it.each(rows)('%s', (_, state, event, tools, effects) => {
    const step = gate(state, event);
    const shown = step.state.kind === 'gated' ? undefined : step.state.tools;
    expect(shown instanceof Set ? [...shown] : shown).toEqual(tools);
    expect(step.effects).toEqual(effects);
  });

  it('remembers what was given in full, over all decisions', () => {
    const more = aGateDecision({ prompts: aGateDecision().prompts.slice(0, 1) });
    const { state } = gate(open(all()), decided(more));
    expect(state.kind === 'open' ? [...state.given] : []).toEqual(['project:web/deploy-rules']);
  });

  it('keeps the first decision and the newest', () => {
    let state = open(all({ at: 1 }));
    for (let at = 2; at <= 60; at += 1) ({ state } = gate(state, decided(all({ at }))));
    const times = state.kind === 'open' ? state.decisions.map(({ at }) => at) : [];
    expect(times).toHaveLength(MAX_DECISIONS);
    expect([times[0], times.at(-1)]).toEqual([1, 60]);
  });

  it('writes down a hundred decisions and no more', () => {
    let state = open(all({ at: 1 }));
    let kept = 1;
    for (let at = 2; at <= 150; at += 1) {
      const step = gate(state, decided(all({ at })));
      state = step.state;
      if (step.effects.includes('keep')) kept += 1;
    }
    expect(kept).toBe(MAX_WRITTEN);
  });

  it('is the same again from what was kept', () => {
    const { state } = gate(open(selected(['a'])), decided(selected(['b'])));
    expect(stateOf(state.kind === 'open' ? state.decisions : [])).toEqual(state);
    expect(stateOf([])).toBe(GATED);
  });
});
