/** Reads values of flags that several verbs take: whole numbers, times, JSON objects. */
import { InvalidArgumentError } from 'commander';
import type { Json } from '../kernel/json.ts';
import { parseDuration } from './duration.ts';

/** @throws InvalidArgumentError */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('not a whole number');
  return Number(text);
}

/** Milliseconds. @throws InvalidArgumentError */
export function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('use a time such as 500ms, 30s, 5m or 1h');
  return ms;
}

/** @throws InvalidArgumentError */
export function jsonObject(text: string): Readonly<Record<string, Json>> {
  try {
    const value = JSON.parse(text) as Json;
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Readonly<Record<string, Json>>;
  } catch {
    // Said below, with what is wanted.
  }
  throw new InvalidArgumentError('not a JSON object');
}
