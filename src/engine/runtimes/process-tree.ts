/** Finds and signals trees of processes: by process group, and by a marker in the environment that children inherit. */
import { readdir, readFile } from 'node:fs/promises';
import { errnoOf } from '../../errors.ts';

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
    if (errnoOf(error) === 'EPERM') return process.platform !== 'darwin';
    throw error;
  }
}

/** Processes whose marker is `prefix` or begins with it (when it ends in `/`). This process is never among them. */
export async function strays(prefix: string): Promise<readonly number[]> {
  return process.platform === 'linux' ? straysOnLinux(prefix) : straysByPs(prefix);
}

async function straysOnLinux(prefix: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      // Gone meanwhile, or another user's: not ours either way.
      const environ = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      const entry = environ.split('\0').find((line) => line.startsWith(`${MARKER}=`));
      return entry !== undefined && matches(entry.slice(MARKER.length + 1), prefix) ? [Number(pid)] : [];
    }),
  );
  return found.flat().filter((pid) => pid !== process.pid);
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
