/** Judges the wall clock: against the times of files, and against what the journal has seen already. Pure. */
import { age } from '../../../text/format.ts';
import { fail, ok, warn, type Finding } from '../finding.ts';

export interface ClockFacts {
  readonly now: number;
  /** The time that the file system gave a file written just now; undefined when none could be written. */
  readonly fileAt: number | undefined;
  /** When the newest audit event was; undefined while there is none. */
  readonly newestEventAt: number | undefined;
}

/** mcptui is younger. */
const EARLIEST = Date.UTC(2025, 0, 1);
const MAX_FILE_MS = 60_000;
const MAX_BACK_MS = 5_000;
const MEND = 'set the clock: timedatectl set-ntp true';

export function checkClock({ now, fileAt, newestEventAt }: ClockFacts): readonly Finding[] {
  const found: Finding[] = [];
  if (now < EARLIEST) found.push(fail('clock', `it says ${new Date(now).toISOString()}, which is over`, MEND));
  if (newestEventAt !== undefined && newestEventAt - now > MAX_BACK_MS) {
    const ahead = age(newestEventAt - now);
    const text = `it was set back: the newest audit event is ${ahead} ahead of it (order is kept by number, times are not)`;
    found.push(warn('clock', text, MEND));
  }
  if (fileAt !== undefined && Math.abs(fileAt - now) > MAX_FILE_MS) {
    const text = `files get times ${age(Math.abs(fileAt - now))} ${fileAt > now ? 'ahead of' : 'behind'} it`;
    found.push(warn('clock', text, 'set the clock of the machine that holds the disk'));
  }
  return found.length > 0 ? found : [ok('clock', new Date(now).toISOString())];
}
