import { describe, expect, it } from 'vitest';
import type { ObservedInstance } from '../../../src/engine/instances/plan.ts';
import { FRESH_START_MS, inTurn } from '../../../src/engine/instances/start-turns.ts';

const instance = (id: string, serverId: string, more: Partial<ObservedInstance> = {}): ObservedInstance => ({
  id,
  serverId,
  ordinal: 1,
  desired: 'running',
  phase: 'pending',
  held: false,
  startedVersion: undefined,
  lastStartAgoMs: undefined,
  dueInMs: undefined,
  causeGone: false,
  crashed: false,
  retryAsked: false,
  restartAsked: false,
  leased: false,
  recycleAsked: false,
  openCalls: 0,
  restartedFor: undefined,
  drainingMs: undefined,
  ...more,
});
const chosen = (instances: readonly ObservedInstance[], max = 2): string[] =>
  inTurn(
    instances
      .filter(({ phase }) => phase !== 'starting')
      .map(({ id }) => ({ do: 'start', instanceId: id, why: 'new' })),
    instances,
    max,
  ).now.map(({ instanceId }) => instanceId);

describe('inTurn', () => {
  it('begins no more than the limit of fresh starts', () => {
    expect(chosen([instance('a', 's1'), instance('b', 's2'), instance('c', 's3')])).toEqual(['a', 'b']);
    const fresh = instance('x', 's0', { phase: 'starting', lastStartAgoMs: 10 });
    expect(chosen([fresh, instance('a', 's1'), instance('b', 's2')])).toEqual(['a']);
  });

  it('does not count a start that has hung for a second', () => {
    const hung = [1, 2, 3].map((n) =>
      instance(`h${n}`, `s${n}`, { phase: 'starting', lastStartAgoMs: FRESH_START_MS }),
    );
    expect(chosen([...hung, instance('good', 'g')])).toEqual(['good']);
  });

  it('takes a server with none starting before the next instance of one that has several', () => {
    const many = [1, 2, 3, 4, 5].map((n) => instance(`m${n}`, 'many'));
    expect(chosen([...many, instance('good', 'g')])).toEqual(['m1', 'good']);
  });

  it('takes what was never tried first, then what was tried longest ago', () => {
    const tried = (id: string, lastStartAgoMs: number): ObservedInstance =>
      instance(id, id, { phase: 'error', lastStartAgoMs });
    expect(chosen([tried('a', 5_000), tried('b', 60_000), instance('new', 'n')])).toEqual(['new', 'b']);
  });
});
