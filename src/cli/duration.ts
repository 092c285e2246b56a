/** Parses `500ms`, `30s`, `5m`, `1h`, `2d` to milliseconds; undefined for anything else. A bare number is seconds. */
export function parseDuration(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text.trim()) ?? [];
  if (number === undefined) return undefined;
  const factor = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit ?? 's'] ?? 1_000;
  return Math.round(Number(number) * factor);
}
