/** Reads label selectors: `team=shop,tier`. Pure. */
import { InvalidArgumentError } from 'commander';

/** Label → value; "" = of any value. */
export function selector(text: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const part of text.split(',')) {
    const [, name, value] = /^([A-Za-z0-9][\w./-]{0,62})(?:==?([\w./-]{0,63}))?$/.exec(part.trim()) ?? [];
    if (name === undefined) throw new InvalidArgumentError('use NAME=VALUE or NAME, with commas between');
    labels[name] = value ?? '';
  }
  return labels;
}
