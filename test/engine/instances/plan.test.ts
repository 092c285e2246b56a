import { describe, expect, it } from 'vitest';
import { isLegalPhaseChange, type Phase } from '../../../src/engine/instances/phase.ts';
import { plan, type ObservedInstance } from '../../../src/engine/instances/plan.ts';

const server = { id: 's', name: 'fs', wanted: 1, version: 1 };
const instance = (observed: Partial<ObservedInstance> = {}): ObservedInstance => ({
  id: 'i1',
  serverId: 's',
  ordinal: 1,
  desired: 'running',
  phase: 'running',
  held: false,
  startedVersion: 1,
  lastStartAgoMs: 60_000,
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
  ...observed,
});
const waiting = { phase: 'error', dueInMs: 10_000 } as const;

describe('plan', () => {
  it.each([
    ['nothing while all is as wanted', instance(), []],
    [
      'a start of a new instance',
      instance({ phase: 'pending', startedVersion: undefined }),
      [{ do: 'start', instanceId: 'i1', why: 'new' }],
    ],
    ['nothing while it waits', instance(waiting), []],
    ['a start when due', instance({ ...waiting, dueInMs: 0 }), [{ do: 'start', instanceId: 'i1', why: 'due' }]],
    [
      'a start when the cause is gone',
      instance({ ...waiting, causeGone: true }),
      [{ do: 'start', instanceId: 'i1', why: 'cause-gone' }],
    ],
    [
      'a start when an operator asks',
      instance({ ...waiting, retryAsked: true }),
      [{ do: 'start', instanceId: 'i1', why: 'asked' }],
    ],
    [
      'a start when the definition of a failed one changed',
      instance({ ...waiting, startedVersion: 0 }),
      [{ do: 'start', instanceId: 'i1', why: 'changed' }],
    ],
    ['nothing for a held one, due or not', instance({ ...waiting, dueInMs: 0, held: true, causeGone: true }), []],
    [
      'a start of a held one when asked',
      instance({ ...waiting, held: true, retryAsked: true }),
      [{ do: 'start', instanceId: 'i1', why: 'asked' }],
    ],
    ['a stop of what hangs', instance({ broken: 'hung' }), [{ do: 'stop', instanceId: 'i1', why: 'hung' }]],
    [
      'a stop of what lost its connection, before a fresh one for the next session',
      instance({ broken: 'lost', recycleAsked: true }),
      [{ do: 'stop', instanceId: 'i1', why: 'lost' }],
    ],
    [
      'the stop that an operator asked for, also of what hangs',
      instance({ desired: 'stopped', broken: 'hung' }),
      [{ do: 'stop', instanceId: 'i1', why: 'asked' }],
    ],
    [
      'a stop when stopped is wanted',
      instance({ desired: 'stopped' }),
      [{ do: 'stop', instanceId: 'i1', why: 'asked' }],
    ],
    [
      'the end of a wait when stopped is wanted',
      instance({ ...waiting, desired: 'stopped' }),
      [{ do: 'stop', instanceId: 'i1', why: 'asked' }],
    ],
    ['nothing once it is stopped', instance({ desired: 'stopped', phase: 'stopped' }), []],
    [
      'nothing while it is stopping, whatever is wanted',
      instance({ phase: 'stopping', restartAsked: true, desired: 'stopped' }),
      [],
    ],
    [
      'a stop first when a restart is asked',
      instance({ restartAsked: true }),
      [{ do: 'stop', instanceId: 'i1', why: 'restart' }],
    ],
    [
      'a stop first when the definition changed',
      instance({ startedVersion: 0 }),
      [{ do: 'stop', instanceId: 'i1', why: 'changed' }],
    ],
  ] as const)('asks for %s', (_what, observed, actions) => {
    expect(plan([server], [observed])).toEqual(actions);
  });

  it('restarts one for a changed definition though another one is held and waits for an operator', () => {
    const held = instance({ id: 'i2', ordinal: 2, phase: 'pending', held: true, startedVersion: undefined });
    expect(plan([{ ...server, wanted: 2, version: 2 }], [instance(), held])).toEqual([
      { do: 'stop', instanceId: 'i1', why: 'changed' },
    ]);
  });

  it('fills the lowest free ordinals and drops the highest', () => {
    const two = { ...server, wanted: 2 };
    expect(plan([two], [instance({ id: 'i2', ordinal: 2 })])).toEqual([{ do: 'create', serverId: 's', ordinal: 1 }]);
    expect(plan([server], [instance(), instance({ id: 'i2', ordinal: 2 })])).toEqual([
      { do: 'stop', instanceId: 'i2', why: 'removed' },
    ]);
  });

  it('forgets what runs no more of a deleted server, after it stopped', () => {
    expect(plan([], [instance()])).toEqual([{ do: 'stop', instanceId: 'i1', why: 'removed' }]);
    expect(plan([], [instance({ phase: 'stopped' })])).toEqual([{ do: 'forget', instanceId: 'i1' }]);
  });

  it('never asks for a step that the phases forbid', () => {
    const phases: readonly Phase[] = ['pending', 'starting', 'running', 'error', 'stopping', 'stopped'];
    const all = phases.flatMap((phase) =>
      Array.from({ length: 32 }, (_, bits) =>
        instance({
          phase,
          desired: (bits & 1) === 0 ? 'running' : 'stopped',
          held: (bits & 2) !== 0,
          retryAsked: (bits & 4) !== 0,
          restartAsked: (bits & 8) !== 0,
          causeGone: (bits & 16) !== 0,
        }),
      ),
    );
    const illegal = all.filter(({ phase }, index) =>
      plan([server], all.slice(index, index + 1)).some((action) => {
        if (action.do === 'start') return !isLegalPhaseChange(phase, 'starting');
        return action.do === 'stop' && !isLegalPhaseChange(phase, 'stopping') && !isLegalPhaseChange(phase, 'stopped');
      }),
    );
    expect(illegal).toEqual([]);
  });
});
