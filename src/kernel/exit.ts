/** Ends the process in a way that cannot hang. */
import { systemClock } from './clock.ts';

/** Compile jobs take milliseconds; this is what they get to end. */
const SETTLE_MS = 20;

/**
 * Ends the process with `code` a moment later. `process.exit` joins V8's threads, and one that compiles while it waits for
 * a collection by this thread never ends (nodejs/node#54918, seen with a proxy that had relayed large answers). So no new
 * compile jobs begin, those under way end while this thread still serves them, and then it exits.
 */
export function exitProcess(code: number): void {
  process.exitCode = code;
  // Absent before Node 20.16: there the exit is as it always was.
  const v8 = process.getBuiltinModule?.('node:v8');
  for (const flag of ['--no-opt', '--no-maglev', '--no-sparkplug']) v8?.setFlagsFromString(flag);
  systemClock.after(SETTLE_MS, () => process.exit(code));
}
