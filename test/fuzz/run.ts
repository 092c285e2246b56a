/** `npm run fuzz -- [--seconds N] [--seed N] [--round N]`: rounds of N seconds, each with the next seed; ends with 1 at what is wrong. */
import { parseArgs } from 'node:util';
import { fuzzRound } from './round.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    round: { type: 'string', default: '10' },
  },
});
const roundMs = Number(values.round) * 1_000;
const endMs = performance.now() + Number(values.seconds) * 1_000;
let seed = Number(values.seed);
let failed = 0;
for (let rounds = 0; rounds === 0 || performance.now() + roundMs < endMs; rounds += 1, seed += 1) {
  const problems = await fuzzRound(seed, roundMs);
  console.log(`seed ${seed}: ${problems.length === 0 ? 'held' : 'FAILED'}`);
  for (const problem of problems) console.log(`  ${problem}`);
  if (problems.length > 0) failed += 1;
}
console.log(failed === 0 ? 'all rounds held' : `${failed} rounds failed; run one again with --seed N --seconds 0`);
process.exit(failed === 0 ? 0 : 1);
