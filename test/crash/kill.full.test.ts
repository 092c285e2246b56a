import { describe, expect, it } from 'vitest';
import { aFolder } from '../store/support/shape.ts';
import { killRounds } from './support.ts';

const ROUNDS = Number(process.env['MCPTUI_CRASH_ROUNDS'] ?? 200);

describe('kill -9 of a writer under load', () => {
  it(`loses no acknowledged change in ${ROUNDS} rounds, and the journal verifies`, async () => {
    const { acked, faults } = await killRounds(await aFolder(), ROUNDS, 2);
    process.stdout.write(`kill -9: ${ROUNDS} rounds, ${acked} acknowledged changes, ${faults.length} lost or wrong\n`);
    expect(faults).toEqual([]);
  });
});
