/** Waits for conditions: the one helper that tests wait with. A wait that fails says what there was instead. */

/** Long enough for a machine that does three other things; a condition that holds is never waited for. */
export const PATIENCE_MS = 60_000;

export interface Waiting {
  /** Default `PATIENCE_MS`. */
  readonly patienceMs?: number;
  /** Between two looks. Default 5 ms. */
  readonly everyMs?: number;
  /** What there is, for the error: the last frame, the processes, the rows. */
  readonly now?: () => string;
}

/** Resolves once `holds`. @throws after `patienceMs` */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  { patienceMs = PATIENCE_MS, everyMs = 5, now }: Waiting = {},
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > deadline) {
      throw new Error(`not within ${patienceMs} ms: ${what}${now === undefined ? '' : `; there is ${now()}`}`);
    }
    await pause(everyMs);
  }
}

/** Lets time pass where time itself is what is tested: the gap between keys, a moment at which something is killed. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
