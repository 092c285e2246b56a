/** Writes what ended an engine to a file: name and stack frames, never a message, which may hold a secret. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bugFacts } from '../../kernel/bugs.ts';
import type { EpochMs } from '../../kernel/clock.ts';

export interface EngineCrash {
  /** One line for people: what it was, and where the rest is. */
  readonly summary: string;
  /** Name, frames and file, for the log. */
  readonly facts: { readonly name: string; readonly frames: readonly string[]; readonly report?: string };
}

/** Never throws: a report that cannot be written is left out of what is said. */
export function reportCrash(
  error: unknown,
  { at, version, stateDir }: { readonly at: EpochMs; readonly version: string; readonly stateDir: string },
): EngineCrash {
  const { name, frames } = bugFacts(error);
  const time = new Date(at).toISOString();
  const file = path.join(stateDir, `engine-crash-${time.replaceAll(/[:.]/g, '-')}.txt`);
  const lines = [`mcptui ${version}, node ${process.version}, ${process.platform}`, time, '', name, ...frames];
  const where = frames[0] === undefined ? '' : ` at ${frames[0]}`;
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600, flag: 'wx' });
  } catch {
    return { summary: `the engine ends: ${name}${where}`, facts: { name, frames } };
  }
  return { summary: `the engine ends: ${name}${where}; report: ${file}`, facts: { name, frames, report: file } };
}
