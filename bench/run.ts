/** Runs the benches that are named (all by default) and prints their figures with baseline and bar. */
import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { exitProcess } from '../src/kernel/exit.ts';
import type { BenchResult } from './result.ts';

type Bench = () => Promise<readonly BenchResult[]>;

const benches: Readonly<Record<string, () => Promise<{ readonly run: Bench }>>> = {
  store: () => import('./store.bench.ts'),
  router: () => import('./router.bench.ts'),
  stages: () => import('./stages.bench.ts'),
  rights: () => import('./rights.bench.ts'),
  robustness: () => import('./robustness.bench.ts'),
  fairness: () => import('./fairness.bench.ts'),
  content: () => import('./content.bench.ts'),
  selection: () => import('./selection.bench.ts'),
  gate: () => import('./gate.bench.ts'),
  pages: () => import('./pages.bench.ts'),
  console: () => import('./console.bench.ts'),
  apply: () => import('./apply.bench.ts'),
  system: () => import('./system.bench.ts'),
};

function row(result: BenchResult): string {
  const value = `${round(result.value)} ${result.unit}`;
  const ratio = result.ratio === undefined ? '' : `${round(result.ratio)}× ${result.baseline ?? ''}`;
  const verdict = result.pass === undefined ? '' : result.pass ? 'holds' : 'MISSED';
  return `${result.name.padEnd(58)} ${value.padStart(16)}  ${ratio.padEnd(34)} ${(result.bar ?? '').padEnd(28)} ${verdict}`.trimEnd();
}

function round(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Math.round(value * 100) / 100);
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => benches[name] === undefined);
if (unknown.length > 0) {
  console.error(`no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}`);
  process.exit(2);
}
execFileSync(process.execPath, [fileURLToPath(new URL('../scripts/build.mjs', import.meta.url))], { stdio: 'inherit' });
console.log(
  `node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
);
let missed = 0;
for (const [name, load] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const { run } = await load();
  console.log(`\n${name}`);
  for (const result of await run()) {
    console.log(row(result));
    if (result.pass === false) missed += 1;
  }
}
console.log(missed === 0 ? '\nevery bar holds' : `\n${missed} bars missed`);
exitProcess(0);
