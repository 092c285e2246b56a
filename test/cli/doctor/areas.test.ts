/** A look that hangs, and one that throws, are findings. */
import { describe, expect, it } from 'vitest';
import { lookedAt } from '../../../src/cli/doctor/areas.ts';
import { ok } from '../../../src/cli/doctor/finding.ts';
import { McptuiError } from '../../../src/kernel/errors.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';

describe('lookedAt', () => {
  it('gives back what was found in time', async () => {
    const look = (): Promise<readonly ReturnType<typeof ok>[]> => Promise.resolve([ok('disk', 'roomy')]);
    expect(await lookedAt(new FakeClock(), { name: 'disk', ms: 5_000, look })).toEqual([ok('disk', 'roomy')]);
  });

  it('gives up what hangs, by name', async () => {
    const clock = new FakeClock();
    const look = (): Promise<never> => new Promise(() => undefined);
    const found = lookedAt(clock, { name: 'disk', ms: 5_000, look });
    await clock.advance(5_000);
    expect(await found).toEqual([{ check: 'disk', state: 'warn', what: 'not looked at: no answer within 5s' }]);
  });

  it.each([
    [new Error('odd'), undefined],
    [new McptuiError('denied', 'you may not', { hint: 'ask ann' }), 'ask ann'],
  ])('tells of %s', async (cause, mend) => {
    const found = { check: 'disk', state: 'warn', what: `not looked at: ${cause.message}`, mend };
    const looks = [
      async () => {
        await Promise.resolve();
        throw cause;
      },
      () => {
        throw cause;
      },
    ];
    for (const look of looks) {
      expect(await lookedAt(new FakeClock(), { name: 'disk', ms: 5_000, look })).toEqual([found]);
    }
  });
});
