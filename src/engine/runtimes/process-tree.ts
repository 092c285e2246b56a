/** Finds and signals trees of processes: by process group, and by a marker in the environment that children inherit. */
import { readdir, readFile } from 'node:fs/promises';
import { append } from '../../kernel/append.ts';
import { sleep, type Clock } from '../../kernel/clock.ts';
import { errnoOf, messageOf } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/log.ts';

/** The variable that every child carries: `<folder id>/<instance id>/<generation>`. */
export const MARKER = 'MCPTUI_INSTANCE';

export function markerOf(folderId: string, instanceId: string, generation: number): string {
  return `${folderId}/${instanceId}/${generation}`;
}

/** Signals a whole group (signal 0 only asks). False when it has no member left. */
export function killGroup(pgid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pgid, signal);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ESRCH') return false;
    // EPERM: members remain that this user may not signal, or (macOS) only zombies do.
    return process.platform !== 'darwin';
  }
}

/** Asking more often than this finds nothing sooner: each look reads the environment of every process. */
const LOOK_MS = 40;
/** After KILL: what is still there then waits for the kernel, and nothing waits for it. */
const KILLED_MS = 1_000;
/** Files that are open at once during a look. */
const READ_AT_ONCE = 16;

interface TreeParts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Default `strays`. */
  readonly look?: (marker: string) => Promise<readonly number[]>;
}

/** All processes of one marker, and of the group `pgid` when there is one. */
export class ProcessTree {
  readonly #marker: string;
  readonly #pgid: number | undefined;
  readonly #parts: TreeParts;

  constructor(marker: string, pgid: number | undefined, parts: TreeParts) {
    this.#marker = marker;
    this.#pgid = pgid;
    this.#parts = parts;
  }

  /** TERM, and after `graceMs` KILL. Takes a second more at most, never rejects; what is left then is told in the log. */
  async end(graceMs: number): Promise<void> {
    if (await this.#signal('SIGTERM', graceMs)) return;
    if (await this.#signal('SIGKILL', KILLED_MS)) return;
    this.#parts.logger.error({ marker: this.#marker, pgid: this.#pgid }, 'processes of a server cannot be ended');
  }

  /** Whether all is gone within `ms`. What joins meanwhile gets the signal as well. */
  async #signal(signal: NodeJS.Signals, ms: number): Promise<boolean> {
    const { clock } = this.#parts;
    const untilMs = clock.monotonicMs() + ms;
    const told = new Set<number>();
    let hasLooked = false;
    if (this.#pgid !== undefined) killGroup(this.#pgid, signal);
    for (;;) {
      const isGroupThere = this.#pgid !== undefined && (await isGroupAlive(this.#pgid));
      if (!isGroupThere || !hasLooked) {
        const left = await this.#strays();
        hasLooked = true;
        for (const pid of left ?? []) if (!told.has(pid)) this.#kill(pid, signal);
        for (const pid of left ?? []) told.add(pid);
        if (!isGroupThere && left?.length === 0) return true;
      }
      if (clock.monotonicMs() >= untilMs) return false;
      await sleep(clock, LOOK_MS);
    }
  }

  /** Undefined when nobody could look (no free file): that is no proof that nothing is left. */
  async #strays(): Promise<readonly number[] | undefined> {
    try {
      return await (this.#parts.look ?? strays)(this.#marker);
    } catch (error) {
      this.#parts.logger.warn({ marker: this.#marker, error: messageOf(error) }, 'processes could not be looked for');
      return undefined;
    }
  }

  #kill(pid: number, signal: NodeJS.Signals): void {
    try {
      process.kill(pid, signal);
    } catch (error) {
      // EPERM: it runs as another user now (a set-uid helper), which this one may not signal.
      if (errnoOf(error) !== 'ESRCH') this.#parts.logger.warn({ pid, error: messageOf(error) }, `no ${signal} sent`);
    }
  }
}

/**
 * Processes whose marker is `prefix` or begins with it (when it ends in `/`). This process is never among them.
 * @throws Error when the system has no file left to look with
 */
export async function strays(prefix: string): Promise<readonly number[]> {
  return process.platform === 'linux' ? straysOnLinux(prefix) : straysByPs(prefix);
}

/** Whether a group has a member that runs. One that has ended and waits for its parent to notice counts for `kill`, not here. */
async function isGroupAlive(pgid: number): Promise<boolean> {
  if (!killGroup(pgid, 0)) return false;
  if (process.platform !== 'linux') return true;
  const members = await processesWhere('stat', (stat) => {
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return group === String(pgid) && state !== 'Z' && state !== 'X';
  }).catch(() => undefined);
  return members?.length !== 0;
}

async function straysOnLinux(prefix: string): Promise<readonly number[]> {
  const found = await processesWhere('environ', (environ) => {
    const entry = environ.split('\0').find((line) => line.startsWith(`${MARKER}=`));
    return entry !== undefined && matches(entry.slice(MARKER.length + 1), prefix);
  });
  return found.filter((pid) => pid !== process.pid);
}

async function processesWhere(file: 'environ' | 'stat', matches: (text: string) => boolean): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found: number[] = [];
  for (let from = 0; from < pids.length; from += READ_AT_ONCE) {
    const some = pids.slice(from, from + READ_AT_ONCE);
    const texts = await Promise.all(some.map((pid) => readOf(pid, file)));
    append(found, some.filter((_, index) => matches(texts[index] ?? '')).map(Number));
  }
  return found;
}

/** Empty for what is gone meanwhile, or is another user's: not ours either way. */
async function readOf(pid: string, file: 'environ' | 'stat'): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/${file}`, 'latin1');
  } catch (error) {
    if (errnoOf(error) === 'EMFILE' || errnoOf(error) === 'ENFILE') throw error;
    return '';
  }
}

async function straysByPs(prefix: string): Promise<readonly number[]> {
  const { execa } = await import('execa');
  const { stdout } = await execa('ps', ['-axEww', '-o', 'pid=,command='], { reject: false });
  return stdout.split('\n').flatMap((line) => {
    const marker = new RegExp(`\\s${MARKER}=(\\S+)`).exec(line)?.[1];
    const pid = Number.parseInt(line, 10);
    return marker !== undefined && matches(marker, prefix) && pid !== process.pid ? [pid] : [];
  });
}

function matches(marker: string, prefix: string): boolean {
  return prefix.endsWith('/') ? marker.startsWith(prefix) : marker === prefix;
}
