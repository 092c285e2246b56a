/** Writes keys and values as TOML. Pure. */
import { isObject } from './format.ts';

export function tomlKey(key: string): string {
  return /^[A-Za-z0-9_-]{1,200}$/.test(key) ? key : tomlString(key);
}

/** A basic string: what JSON escapes, TOML escapes the same, and DEL besides. */
function tomlString(text: string): string {
  return JSON.stringify(text.toWellFormed()).replaceAll('\u007f', '\\u007F');
}

/** On one line. */
export function tomlValue(value: unknown): string {
  if (typeof value === 'string') return tomlString(value);
  if (typeof value === 'number' && !Number.isInteger(value))
    return Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return `[${value.map(tomlValue).join(', ')}]`;
  if (!isObject(value)) return '""';
  const members = Object.entries(value).map(([key, item]) => `${tomlKey(key)} = ${tomlValue(item)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

export const isPlainTable = (value: unknown): value is Record<string, unknown> =>
  isObject(value) && !(value instanceof Date);

/** One line for each member of a table. */
export function assignments(value: unknown): readonly string[] {
  return isObject(value) ? Object.entries(value).map(([key, item]) => `${tomlKey(key)} = ${tomlValue(item)}`) : [];
}
