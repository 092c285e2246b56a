/** Writes a duration as people say it: `500ms`, `8s`, `2.04s`, `1m 30s`, `2h 5m`. */

const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** Milliseconds, 0 or more; of the units from a minute on the two largest. */
export function timeWords(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)}ms`;
  const seconds = Number((ms / 1000).toFixed(ms < 10_000 ? 2 : 1));
  if (seconds < 60) return `${seconds}s`;
  let left = Math.round(seconds);
  const parts: string[] = [];
  for (const [unit, size] of units) {
    const whole = Math.floor(left / size);
    left -= whole * size;
    if (whole > 0 || parts.length > 0) parts.push(whole === 0 ? '' : `${whole}${unit}`);
  }
  return parts.slice(0, 2).filter(Boolean).join(' ');
}
