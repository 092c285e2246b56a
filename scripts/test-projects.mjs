/**
 * Sorts the tests into projects by what they, and what they share, import: a test of `unit` reaches no socket, no process, no
 * real time and no terminal. Nothing has to be listed by hand, and test/support/unit-guard.ts holds them to it as they run;
 * a test whose subject does more is called `.wire.test.ts`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What makes a test more than a unit: in its own text, or in that of a file under test/ that it imports. */
const OUTSIDE = [
  /'node:(?:net|http|https|child_process|worker_threads|tls|dgram|timers\/promises)'/,
  /\bsystemClock\b/,
  /\bduplexPair\b/,
  /\bsetTimeout\(/,
  /support\/until\.ts|'\.\.\/until\.ts'/,
  /\bexpect\s*\.poll\b|\bvi\.waitFor\b/,
  /node-pty/,
  /\bopenDatabase\b/,
];
/** What is painted is a test of the console's screen, in a pseudo-terminal or not. */
const PAINTED = /ink-testing-library/;

const files = new Set(
  readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ts|tsx|mjs)$/.test(name))
    .map((name) => path.posix.join('test', name)),
);
const texts = new Map([...files].map((file) => [file, readFileSync(path.join(root, file), 'utf8')]));

/** A file of the tests and all that it imports of them. */
function reached(file, seen = new Set()) {
  const text = texts.get(file);
  if (text === undefined || seen.has(file)) return seen;
  seen.add(file);
  for (const [, target] of text.matchAll(/from '(\.[^'\n]+)'/g))
    reached(path.posix.join(path.posix.dirname(file), target), seen);
  return seen;
}

function projectOf(file) {
  const folder = file.split('/')[1];
  if (folder === 'e2e' || folder === 'screen' || folder === 'crash') return folder;
  if (file.endsWith('.wire.test.ts')) return 'wire';
  const all = [...reached(file)].map((one) => texts.get(one) ?? '');
  if (all.some((text) => PAINTED.test(text))) return 'screen';
  return all.some((text) => OUTSIDE.some((pattern) => pattern.test(text))) ? 'wire' : 'unit';
}

/** Project → its test files, relative to the repository. Long ones (`.full.test.ts`) are in none. */
export function testProjects() {
  const tests = [...files].filter((file) => /\.test\.tsx?$/.test(file) && !file.includes('.full.test.'));
  return Object.groupBy(tests.toSorted(), projectOf);
}
