import { describe, expect, it } from 'vitest';
import { aFolder } from '../store/support/shape.ts';
import { killRounds } from './support.ts';

describe('kill -9 of a writer under load', () => {
  it('loses no acknowledged change in 10 rounds, and the journal verifies', { timeout: 120_000 }, async () => {
    const { acked, faults } = await killRounds(await aFolder(), 10, 1);
    expect(faults).toEqual([]);
    expect(acked).toBeGreaterThan(500);
  });
});
