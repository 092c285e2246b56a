/**
 * Runs the whole suite many times beside two processes that are busy all the time: `npm run test:busy -- [RUNS]`, 10 by default.
 * Ends with 1 when a run fails, or when one test is flaky in three runs or more.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

const runs = Number(process.argv[2] ?? 10);
const busy = [1, 2].map(() => spawn('yes', { stdio: ['ignore', 'ignore', 'ignore'] }));
const flaky = new Map();
let failures = 0;
try {
  for (let count = 1; count <= runs; count += 1) {
    const startedAt = performance.now();
    const { stdout, status } = spawnSync('npm', ['run', '--silent', 'suite', '--', 'test'], {
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
    console.log(`run ${count}: ${readFileSync('.tmp/suite.counts', 'utf8').trim()} (passed, failed), ${minutes} min`);
    for (const [, test] of stdout.matchAll(/^ {2}flaky: (.+)$/gm)) {
      flaky.set(test, (flaky.get(test) ?? 0) + 1);
      console.log(`  flaky: ${test}`);
    }
    if (status !== 0) {
      failures += 1;
      const said = stripVTControlCharacters(stdout);
      const log = `.tmp/busy-run-${count}.log`;
      writeFileSync(log, said);
      for (const [line] of said.matchAll(/^.*(?:FAIL|Unhandled|Error:).*$/gm)) console.log(`  ${line.slice(0, 300)}`);
      console.log(`  all that it said: ${log}`);
    }
  }
} finally {
  for (const child of busy) child.kill('SIGKILL');
}
const often = [...flaky].filter(([, count]) => count >= 3);
for (const [test, count] of often) console.log(`flaky in ${count} of ${runs} runs: ${test}`);
console.log(`${runs - failures} of ${runs} runs passed; ${flaky.size} tests were flaky`);
process.exitCode = failures === 0 && often.length === 0 ? 0 : 1;
