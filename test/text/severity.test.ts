import { describe, expect, it } from 'vitest';
import { healths } from '../../src/engine/instances/phase.ts';
import { instanceSeverity, isProblem, rankOf, upstreamSeverity } from '../../src/text/severity.ts';
import type { UpstreamView } from '../../src/engine/index.ts';
import { anInstance, fixtureNow } from '../support/builders/console-builders.ts';

const retry = { attemptCount: 1, lastAttemptAt: fixtureNow, nextRetryAt: fixtureNow + 30_000, reason: 'EXITED' };

describe('instanceSeverity', () => {
  it('puts what fails first, then what is not well, and what is off on purpose last', () => {
    const rows = [
      anInstance({ phase: 'error' }),
      anInstance({ health: 'unhealthy' }),
      anInstance({ phase: 'pending' }),
      anInstance({ health: 'degraded' }),
      anInstance({ health: 'unknown' }),
      anInstance({ health: 'healthy' }),
      anInstance({ phase: 'stopped' }),
    ];
    const ranks = rows.map((row) => rankOf(instanceSeverity(row)));
    expect(ranks).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(rows.map(isProblem)).toEqual([true, true, false, false, false, false, false]);
  });

  it('has what failed stay failed while its next attempt is under way, unless it is meant to stop', () => {
    expect(instanceSeverity(anInstance({ phase: 'starting', retry }))).toBe('failed');
    expect(instanceSeverity(anInstance({ phase: 'starting', retry, desired: 'stopped' }))).toBe('underway');
    expect(instanceSeverity(anInstance({ phase: 'running', health: 'healthy', retry }))).toBe('well');
  });

  it('orders health as the engine does when it looks for the worst of a server', () => {
    const ranks = healths.map((health) => rankOf(instanceSeverity(anInstance({ health }))));
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
  });
});

describe('upstreamSeverity', () => {
  it.each([
    [{ state: 'error' }, 'failed'],
    [{ state: 'unreachable' }, 'underway'],
    [{ state: 'ready', list: { failure: 'no answer' } }, 'degraded'],
    [{ state: 'ready' }, 'well'],
    [{ state: 'stopped' }, 'off'],
  ])('makes %o %s', (part, severity) => {
    expect(upstreamSeverity({ list: {}, ...part } as UpstreamView)).toBe(severity);
  });
});
