/** Reports a console that failed: an error that names the file with its stack. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wordFor } from '../../kernel/foreign.ts';
import type { EpochMs } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';

/** The console failed: the terminal is restored, and `reportPath` holds the stack. */
export class ConsoleCrash extends Error {
  override readonly name = 'ConsoleCrash';
  readonly reportPath: string | undefined;

  constructor(cause: unknown, reportPath: string | undefined) {
    const report = reportPath === undefined ? '' : `; report: ${reportPath}`;
    super(`the console stopped: ${messageOf(cause)}${report}`, { cause });
    this.reportPath = reportPath;
  }
}

export interface CrashContext {
  readonly at: EpochMs;
  readonly version: string;
  readonly folder: string;
}

/**
 * Stack and versions; no screen contents, which may hold what tools answered. The report's path; undefined when it cannot be
 * written.
 */
export function writeCrashReport(error: unknown, { at, version, folder }: CrashContext): string | undefined {
  const time = new Date(at).toISOString();
  const path = join(folder, `mcptui-crash-${time.replaceAll(/[:.]/g, '-')}.txt`);
  const stack = error instanceof Error ? (error.stack ?? error.message) : wordFor(error);
  try {
    writeFileSync(path, `mcptui ${version}, node ${process.version}, ${process.platform}\n${time}\n\n${stack}\n`, {
      mode: 0o600,
      flag: 'wx',
    });
    return path;
  } catch {
    return undefined;
  }
}
