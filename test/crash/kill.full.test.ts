import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aFolder } from '../store/support/shape.ts';
import { killRounds } from './support.ts';

const ROUNDS = Number(process.env['MCPTUI_CRASH_ROUNDS'] ?? 200);

/** Side by side: a round is mostly waiting. */
const LANES = 2;

describe('kill -9 of a writer under load', () => {
  it(`loses no acknowledged change in ${ROUNDS} rounds, and the journal verifies`, async () => {
    const folder = await aFolder();
    const lanes = Array.from({ length: LANES }, (_, lane) =>
      killRounds(join(folder, `lane${lane}`), ROUNDS / LANES, 2 + lane),
    );
    const results = await Promise.all(lanes);
    const acked = results.reduce((sum, result) => sum + result.acked, 0);
    const faults = results.flatMap((result) => result.faults);
    process.stdout.write(`kill -9: ${ROUNDS} rounds, ${acked} acknowledged changes, ${faults.length} lost or wrong\n`);
    expect(faults).toEqual([]);
  });
});
