/** A container engine is watched as soon as an instance needs it, also one that waits for its next attempt. */
import { afterEach, beforeEach, expect, describe, it } from 'vitest';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await engineHarness();
});
afterEach(() => harness.close());

describe('Reconciler', () => {
  it('has the runtime of an image watched after the engine was started again, before its next attempt', async () => {
    harness.docker.fate = ({ server }) => ({
      ok: false,
      failure: { kind: 'container', image: server.name, reason: 'no such command' },
    });
    await harness.engine.commands.createServer({
      name: 'web',
      runtime: 'docker',
      source: { kind: 'image', image: 'web:1', command: [] },
    });
    await harness.untilPhase('web-1', 'error');
    const attempts = harness.docker.starts.length;
    let watched = 0;
    Object.assign(harness.docker, { wanted: () => (watched += 1) });
    await harness.restart();
    await harness.until(() => watched > 0, 'the runtime is watched');
    expect(harness.docker.starts).toHaveLength(attempts);
  });
});
