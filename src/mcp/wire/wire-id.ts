/**
 * Keeps a JSON-RPC id as its sender wrote it. JavaScript reads 9007199254740993 as ...992 and 1e400 as Infinity; such an id
 * would come back as another one, and two of them would be one. Pure.
 */
import type { WireId } from './message.ts';

/** In front of the source text of an id that JavaScript cannot hold; a text that begins with it is kept by its source too. */
const ODD = '\u0000#';

/** The id that a JSON value is, which parsed to `value` and is written as `source`; undefined when it is none. */
export function wireId(value: unknown, source: string): WireId | undefined {
  if (typeof value === 'string') return value.startsWith(ODD) ? ODD + JSON.stringify(value) : value;
  if (typeof value !== 'number') return undefined;
  return String(value) === source ? value : ODD + source;
}

/** JSON of an id, as it was written. */
export function idText(id: WireId): string {
  if (typeof id === 'number') return JSON.stringify(id);
  return id.startsWith(ODD) ? id.slice(ODD.length) : JSON.stringify(id);
}

/** JSON of what was used as an id or token, whatever it is. */
export function anyIdText(id: unknown): string {
  return typeof id === 'string' || typeof id === 'number' ? idText(id) : (JSON.stringify(id) ?? 'null');
}

/** The id that a JSON text of one value is. */
export function scalarId(text: string): WireId | undefined {
  if (text.length > 1024 || !/^["\d-]/.test(text)) return undefined;
  try {
    return wireId(JSON.parse(text), text);
  } catch {
    return undefined;
  }
}
