import { describe, expect, it } from 'vitest';
import { loggedBugs } from '../../../src/kernel/bugs.ts';
import { silentLogger } from '../../../src/kernel/log.ts';
import type { EngineView, ViewPatch } from '../../../src/engine/index.ts';
import { applyPatches, emptyView, viewAsPatches, ViewState } from '../../../src/engine/views/view-state.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';
import { runtimeViews } from '../../../src/engine/views/view-model.ts';

const empty: EngineView = emptyView(
  {
    version: '0',
    pid: 1,
    hosting: 'daemon',
    startedAt: 0,
    dataDir: '/',
    socketPath: '/s',
    storage: { kind: 'ok' },
    runtimes: runtimeViews(() => ({ kind: 'unused', reason: '' })),
    bugs: 0,
  },
  { lastEvent: 0, chain: 'ok', lost: 0 },
);
const project = (id: string, servers = 0): ViewPatch => ({
  op: 'put',
  kind: 'projects',
  value: { id, name: id, servers, gated: false },
});

describe('applyPatches', () => {
  it('leaves the view that it was given as it is, and shares what did not change', () => {
    const one = applyPatches(empty, [project('a'), project('b')]);
    const two = applyPatches(one, [project('a', 2), { op: 'delete', kind: 'projects', id: 'b' }]);
    expect(empty.projects.size).toBe(0);
    expect([...one.projects.keys()]).toEqual(['a', 'b']);
    expect([...two.projects.values()]).toEqual([{ id: 'a', name: 'a', servers: 2, gated: false }]);
    expect(two.servers).toBe(empty.servers);
  });

  it('rebuilds a view from its own patches', () => {
    const view = applyPatches(empty, [project('a'), project('b')]);
    expect(applyPatches(empty, viewAsPatches(view))).toEqual(view);
  });
});

describe('ViewState', () => {
  it('tells many changes of one thing as one patch, built when it goes out', async () => {
    const clock = new FakeClock();
    const state = new ViewState(empty, clock, loggedBugs(silentLogger));
    const told: (readonly ViewPatch[])[] = [];
    state.subscribe((_view, patches) => told.push(patches));
    let servers = 0;
    for (let n = 0; n < 100; n++) {
      servers += 1;
      state.mark('project/a', () => project('a', servers));
    }
    expect(told).toEqual([]);
    await clock.advance(50);
    expect(told).toEqual([[project('a', 100)]]);
    expect(state.view.projects.get('a')?.servers).toBe(100);
    expect(clock.pendingTimers).toBe(0);
  });
});
