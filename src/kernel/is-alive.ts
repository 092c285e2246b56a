/** Tells whether a process of this user exists; one that nobody has collected yet counts. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
