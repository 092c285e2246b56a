import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { aDraft } from '../../support/builders/builders.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await engineHarness();
});
afterEach(() => harness.close());

describe('LocalEngine: an error that nobody foresaw', () => {
  it('in a listener of its view is counted, journalled without its message, and stops no other listener', async () => {
    const seen: number[] = [];
    const stop = harness.engine.subscribe(() => {
      throw new Error('token=hunter2');
    });
    harness.engine.subscribe((view) => seen.push(view.info.bugs));
    await harness.engine.commands.createServer(aDraft());
    await harness.untilPhase('fs-1', 'running');
    expect(harness.engine.view().info.bugs).toBeGreaterThan(0);
    expect(seen.at(-1)).toBeGreaterThan(0);
    const [event] = await harness.audit('bug');
    expect(event).toMatchObject({ actor: 'engine', outcome: 'error', message: 'Error in a listener of the view' });
    expect(JSON.stringify(event)).toContain('bugs.test.ts');
    expect(JSON.stringify(event)).not.toContain('hunter2');
    stop();
  });
});
