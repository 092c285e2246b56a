/**
 * Runs a suite of tests for CI and counts it: `npm run suite -- SCRIPT VITEST_ARGS…`, SCRIPT being `test` or `test:crash`. A test of `wire`, `screen` or
 * `e2e` that fails is run once more; one that passes then is flaky: it is named and counted, and more than three are a failure.
 * Writes `PASSED FAILED` to .tmp/suite.counts.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { testProjects } from './test-projects.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const [script = 'test', ...args] = process.argv.slice(2);
/** Projects whose tests wait for other programs. */
const WAITING = ['wire', 'screen', 'e2e'];
const MOST_FLAKY = 3;

/** The results of one run by vitest's JSON report; undefined when there is none. */
function run(part, given) {
  const report = path.join(root, `.tmp/suite.${part}.json`);
  mkdirSync(path.dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const options = [...given, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { status } = spawnSync('npm', ['run', '--silent', script, '--', ...options], { cwd: root, stdio: 'inherit' });
  try {
    return { status, ...JSON.parse(readFileSync(report, 'utf8')) };
  } catch {
    return undefined;
  }
}

const fileOf = ({ name: file }) => path.relative(root, file);

/** `file > test` of each that failed; a file that failed as a whole stands for itself. */
function failedIn({ testResults }) {
  return testResults.flatMap((result) => {
    const failed = result.assertionResults.filter(({ status }) => status === 'failed');
    const file = fileOf(result);
    if (failed.length === 0) return result.status === 'failed' ? [{ file, test: file }] : [];
    return failed.map(({ fullName }) => ({ file, test: `${file} > ${fullName}` }));
  });
}

function finish(passed, failed) {
  writeFileSync(path.join(root, `.tmp/suite.counts`), `${passed} ${failed}\n`);
  process.exit(failed === 0 ? 0 : 1);
}

const first = run('first', args);
if (first === undefined || first.testResults.length === 0) finish(0, 1);
const skipped = first.numPendingTests + (first.numTodoTests ?? 0);
if (skipped > 0) console.log(`skipped: ${skipped} tests, which counts as failed`);

const projects = testProjects();
const again = WAITING.flatMap((project) => projects[project] ?? []);
const failed = failedIn(first);
const waiting = failed.filter(({ file }) => again.includes(file));
const files = [...new Set(waiting.map(({ file }) => file))];
// What fails in many files at once is no flake.
const second = files.length === 0 || files.length > 2 * MOST_FLAKY ? undefined : run('again', files);
const still = second === undefined ? undefined : new Set(failedIn(second).flatMap(({ file, test }) => [file, test]));
const flaky = still === undefined ? [] : waiting.filter(({ file, test }) => !still.has(test) && !still.has(file));

console.log(`flaky: ${flaky.length}`);
for (const { test } of flaky) console.log(`  flaky: ${test}`);
const tooMany = flaky.length > MOST_FLAKY ? flaky.length : 0;
if (tooMany > 0) console.log(`more than ${MOST_FLAKY} flaky tests, which counts as failed`);
const bad = failed.length - flaky.length + skipped + tooMany;
const unexplained = first.status !== 0 && failed.length === 0 ? 1 : 0;
finish(first.numPassedTests + flaky.length - tooMany, bad + unexplained);
