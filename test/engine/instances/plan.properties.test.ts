/** Properties of the plan: whatever is wanted and whatever is there, it leads to what is wanted and does no step too many. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Phase } from '../../../src/engine/instances/phase.ts';
import { plan, type Action, type DesiredServer, type ObservedInstance } from '../../../src/engine/instances/plan.ts';

const phases: readonly Phase[] = ['pending', 'starting', 'running', 'error', 'stopping', 'stopped'];

const servers: fc.Arbitrary<readonly DesiredServer[]> = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('a', 'b'),
    name: fc.constant('fs'),
    wanted: fc.nat(4),
    version: fc.integer({ min: 1, max: 2 }),
  }),
  { selector: ({ id }) => id, maxLength: 2 },
);

const instance: fc.Arbitrary<Omit<ObservedInstance, 'id'>> = fc
  .record({
    serverId: fc.constantFrom('a', 'b', 'gone'),
    ordinal: fc.integer({ min: 1, max: 6 }),
    desired: fc.constantFrom('running', 'running', 'stopped'),
    phase: fc.constantFrom(...phases),
    held: fc.boolean(),
    startedVersion: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined }),
    lastStartAgoMs: fc.constant(undefined),
    wait: fc.option(fc.nat(60_000), { nil: undefined }),
    causeGone: fc.boolean(),
    crashed: fc.boolean(),
    retryAsked: fc.boolean(),
    restartAsked: fc.boolean(),
    used: fc.boolean(),
    leased: fc.boolean(),
    recycleAsked: fc.boolean(),
    openCalls: fc.nat(2),
    restartedFor: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined }),
    draining: fc.option(fc.nat(40_000), { nil: undefined }),
    broken: fc.constantFrom('hung', 'lost', undefined, undefined),
  })
  .map(({ wait, draining, ...observed }) => {
    // Only what has failed waits, and only what runs can be broken.
    const isError = observed.phase === 'error';
    const { causeGone, crashed, retryAsked, broken, ...rest } = observed;
    return {
      ...rest,
      dueInMs: isError ? wait : undefined,
      causeGone: isError && causeGone,
      crashed: isError && crashed,
      retryAsked: isError && retryAsked,
      broken: observed.phase === 'running' ? broken : undefined,
      drainingMs: observed.phase === 'running' ? draining : undefined,
    };
  });

const instances: fc.Arbitrary<readonly ObservedInstance[]> = fc
  .uniqueArray(instance, { selector: ({ serverId, ordinal }) => `${serverId}-${ordinal}`, maxLength: 8 })
  .map((rows) => rows.map((row, index) => ({ ...row, id: `i${index}` })));

const settled = {
  held: false,
  dueInMs: undefined,
  causeGone: false,
  crashed: false,
  retryAsked: false,
  restartAsked: false,
  used: false,
  recycleAsked: false,
  broken: undefined,
  openCalls: 0,
  restartedFor: undefined,
  drainingMs: undefined,
} as const;

/** The world after an action and all that follows of it, where each start succeeds and each stop ends. */
function done(
  world: readonly ObservedInstance[],
  action: Action,
  versionOf: (serverId: string) => number,
): readonly ObservedInstance[] {
  switch (action.do) {
    case 'create': {
      const { serverId, ordinal } = action;
      const fresh = { startedVersion: undefined, lastStartAgoMs: undefined, leased: false } as const;
      const id = `${serverId}/${ordinal}`;
      return [...world, { ...settled, ...fresh, id, serverId, ordinal, desired: 'running', phase: 'pending' }];
    }
    case 'forget':
      return world.filter(({ id }) => id !== action.instanceId);
    case 'start':
      return world.map((row) =>
        row.id === action.instanceId
          ? { ...row, ...settled, phase: 'running', startedVersion: versionOf(row.serverId) }
          : row,
      );
    case 'drain':
    case 'resume': {
      const drainingMs = action.do === 'drain' ? 0 : undefined;
      return world.map((row) => (row.id === action.instanceId ? { ...row, drainingMs } : row));
    }
    case 'stop':
      return world.map((row) => (row.id === action.instanceId ? stopped(row, action.why) : row));
  }
}

type Stop = Extract<Action, { do: 'stop' }>['why'];

function stopped(row: ObservedInstance, why: Stop): ObservedInstance {
  if (why === 'hung' || why === 'lost') return { ...row, phase: 'error', broken: undefined, dueInMs: 0 };
  const isAgain = why === 'restart' || why === 'changed' || why === 'recycled';
  const phase = isAgain && row.desired === 'running' ? 'pending' : 'stopped';
  return { ...row, phase, broken: undefined, dueInMs: undefined, leased: false, drainingMs: undefined };
}

/** What is under way ends, and time passes. */
function passed(world: readonly ObservedInstance[]): readonly ObservedInstance[] {
  return world.map((row) => {
    const dueInMs = row.dueInMs === undefined ? undefined : 0;
    if (row.phase === 'running') return { ...row, dueInMs, openCalls: 0 };
    if (row.phase === 'starting') return { ...row, phase: 'running', dueInMs };
    return row.phase === 'stopping' ? { ...row, phase: 'stopped', dueInMs } : { ...row, dueInMs };
  });
}

const idOf = (action: Action): string =>
  action.do === 'create' ? `${action.serverId}/${action.ordinal}` : action.instanceId;

describe('plan', () => {
  it('leads from any state to what is wanted, and then has nothing to do', () => {
    fc.assert(
      fc.property(servers, instances, (wanted, begin) => {
        const versionOf = (id: string): number => wanted.find((server) => server.id === id)?.version ?? 0;
        let world = begin;
        for (let pass = 0; pass < 24; pass += 1) {
          for (const action of plan(wanted, world)) world = done(world, action, versionOf);
          world = passed(world);
        }
        expect(plan(wanted, world)).toEqual([]);
        for (const server of wanted) {
          const mine = world.filter(({ serverId }) => serverId === server.id);
          expect(mine).toHaveLength(server.wanted);
          const wrong = mine.filter(({ desired, held, phase, startedVersion }) => {
            if (desired === 'stopped') return phase !== 'stopped';
            return !held && (phase !== 'running' || (startedVersion ?? server.version) !== server.version);
          });
          expect(wrong).toEqual([]);
        }
        expect(world.every(({ serverId }) => wanted.some(({ id }) => id === serverId))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('takes one step of an instance at a time, and only one that its phase allows', () => {
    const legal: Readonly<Record<Phase, readonly Action['do'][]>> = {
      pending: ['start', 'stop', 'forget'],
      starting: ['stop'],
      running: ['stop', 'drain', 'resume'],
      error: ['start', 'stop', 'forget'],
      stopping: [],
      stopped: ['start', 'forget'],
    };
    fc.assert(
      fc.property(servers, instances, (wanted, world) => {
        const actions = plan(wanted, world);
        expect(new Set(actions.map(idOf)).size).toBe(actions.length);
        const wrong = actions.filter((action) => {
          const row = world.find(({ id }) => id === idOf(action));
          return action.do !== 'create' && !legal[row?.phase ?? 'stopping'].includes(action.do);
        });
        expect(wrong).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('restarts one instance of a server at a time for a changed definition, and only when those before it run', () => {
    fc.assert(
      fc.property(servers, instances, (wanted, world) => {
        const actions = plan(wanted, world);
        for (const { id, version } of wanted) {
          const mine = world.filter(({ serverId }) => serverId === id);
          const isRolled = (action: Action): boolean =>
            action.do === 'drain' || (action.do === 'stop' && action.why === 'changed');
          const rolled = mine.filter(
            (row) => row.phase === 'running' && actions.some((action) => isRolled(action) && idOf(action) === row.id),
          );
          expect(rolled.length).toBeLessThanOrEqual(1);
          const isBegun = rolled.some(({ drainingMs }) => drainingMs !== undefined);
          const failed = mine.some(
            (row) => row.phase === 'error' && row.desired === 'running' && !row.held && row.restartedFor === version,
          );
          const surplus = mine.length > (wanted.find((server) => server.id === id)?.wanted ?? 0);
          expect(failed && !isBegun && !surplus ? rolled : []).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never starts what waits, is held or is meant to be stopped, unless there is a reason', () => {
    fc.assert(
      fc.property(servers, instances, (wanted, world) => {
        const starts = plan(wanted, world).filter((action) => action.do === 'start');
        const started = world.filter(({ id }) => starts.some(({ instanceId }) => instanceId === id));
        const wrong = started.filter((row) => {
          const version = wanted.find(({ id }) => id === row.serverId)?.version;
          const isAsked = row.retryAsked || row.restartAsked;
          const isChanged = row.startedVersion !== undefined && row.startedVersion !== version;
          const isEarly = isAsked || isChanged || row.causeGone || row.crashed || row.used === true;
          const isWaiting = row.phase === 'error' && (row.dueInMs ?? 0) > 0;
          return row.desired !== 'running' || (row.held && !isAsked) || (isWaiting && !isEarly);
        });
        expect(started).toHaveLength(starts.length);
        expect(wrong).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('ends what is broken, and gives up what no session uses before what one does', () => {
    fc.assert(
      fc.property(servers, instances, (wanted, world) => {
        const actions = new Map(plan(wanted, world).map((action) => [idOf(action), action]));
        const isSurplus = ({ id }: ObservedInstance): boolean => {
          const action = actions.get(id);
          return action?.do === 'forget' || (action?.do === 'stop' && action.why === 'removed');
        };
        const unended = world.filter(({ id, broken }) => broken !== undefined && actions.get(id)?.do !== 'stop');
        expect(unended).toEqual([]);
        for (const server of wanted) {
          const mine = world.filter(({ serverId }) => serverId === server.id);
          const isLeasedGivenUp = mine.some((row) => row.leased && isSurplus(row));
          const spared = mine.filter((row) => !row.leased && !isSurplus(row) && row.phase !== 'stopping');
          expect(isLeasedGivenUp ? spared : []).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
