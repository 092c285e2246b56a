import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CallCounters } from '../../../src/engine/audit/call-counters.ts';
import { metricsText } from '../../../src/engine/host/metrics.ts';
import { aDraft } from '../../support/builders/builders.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await engineHarness();
});
afterEach(() => harness.close());

const facts = (calls = new CallCounters()) => ({
  view: harness.engine.view(),
  calls: calls.servers,
  memoryBytes: 1_000,
  cpuSeconds: 1.5,
  startedSeconds: 1,
});

describe('metricsText', () => {
  it('counts calls by server and outcome, and their durations in buckets that include the ones below', () => {
    const calls = new CallCounters();
    for (const durationMs of [4, 20, 900, 120_000]) calls.add({ server: 'fs', outcome: 'ok', durationMs });
    calls.add({ server: 'fs', outcome: 'timeout', durationMs: 60_000 });
    const text = metricsText(facts(calls));
    for (const line of [
      'mcptui_calls_total{server="fs",outcome="ok"} 4',
      'mcptui_calls_total{server="fs",outcome="timeout"} 1',
      'mcptui_call_duration_seconds_bucket{server="fs",le="0.005"} 1',
      'mcptui_call_duration_seconds_bucket{server="fs",le="1"} 3',
      'mcptui_call_duration_seconds_bucket{server="fs",le="60"} 4',
      'mcptui_call_duration_seconds_bucket{server="fs",le="+Inf"} 5',
      'mcptui_call_duration_seconds_count{server="fs"} 5',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
  });

  it('shows instances by what they are like', async () => {
    await harness.engine.commands.createServer(aDraft({ replicas: 2 }));
    await harness.untilPhase('fs-1', 'running');
    await harness.untilPhase('fs-2', 'running');
    expect(metricsText(facts())).toMatch(
      /^mcptui_instances\{server="fs",project="default",phase="running",health="\w+"\} \d$/m,
    );
  });

  it('keeps any text of a label in its quotes', () => {
    const calls = new CallCounters();
    calls.add({ server: 'a"b\\c\nd', outcome: 'ok', durationMs: 1 });
    expect(metricsText(facts(calls))).toContain('mcptui_calls_total{server="a\\"b\\\\c\\nd",outcome="ok"} 1\n');
  });

  it('bounds the number of servers that it names', () => {
    const calls = new CallCounters();
    for (let at = 0; at < 600; at += 1) calls.add({ server: `s${at}`, outcome: 'ok', durationMs: 1 });
    expect(calls.servers.size).toBe(501);
    expect(calls.servers.get('other')?.count).toBe(100);
  });
});
