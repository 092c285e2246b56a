import { describe, expect, it } from 'vitest';
import { UpstreamStats } from '../../../src/engine/router/upstream-stats.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';

const ok = (durationMs: number) => ({ server: 'fs', outcome: 'ok', durationMs }) as const;

describe('UpstreamStats', () => {
  it('takes percentiles from the newest 256 calls that were answered', () => {
    const stats = new UpstreamStats(new FakeClock());
    for (let ms = 1; ms <= 1000; ms += 1) stats.add(ok(ms));
    stats.add({ server: 'fs', outcome: 'lost', durationMs: 1e9 });
    expect(stats.of('fs')).toEqual({ calls: 1001, p50Ms: 873, p95Ms: 988, errors5m: 1 });
    expect(stats.of('other')).toEqual({ calls: 0, errors5m: 0 });
  });

  it('counts the errors of five minutes, not those before, and no cancelled call', async () => {
    const clock = new FakeClock();
    const stats = new UpstreamStats(clock);
    stats.add({ server: 'fs', outcome: 'timeout', durationMs: 1 });
    await clock.advance(200_000);
    stats.add({ server: 'fs', outcome: 'tool-error', durationMs: 1 });
    stats.add({ server: 'fs', outcome: 'cancelled', durationMs: 1 });
    expect(stats.of('fs').errors5m).toBe(2);
    await clock.advance(150_000);
    expect(stats.of('fs').errors5m).toBe(1);
    await clock.advance(1_000_000);
    expect(stats.of('fs').errors5m).toBe(0);
  });

  it('forgets servers that are gone', () => {
    const stats = new UpstreamStats(new FakeClock());
    stats.add(ok(1));
    stats.keep(new Set(['other']));
    expect(stats.of('fs').calls).toBe(0);
  });
});
