/**
 * Describes what a server is told at `initialize` of the client behind it: its capabilities, and a key to compare them
 * by.
 */
import { OFFERED_CAPABILITIES } from './legacy.ts';
import { isMap, type WireMap } from '../wire/message.ts';

export interface ClientProfile {
  /** Equal for equal capabilities, in whatever order they were written. */
  readonly key: string;
  readonly capabilities: WireMap;
}

/** Of a connection that several sessions share, and of an instance that starts before any client is known. */
export const ROUTER_PROFILE: ClientProfile = profileOf(OFFERED_CAPABILITIES);

/** A client that has declared nothing. */
export const BARE_PROFILE: ClientProfile = profileOf({});

export function profileOf(capabilities: WireMap): ClientProfile {
  return { key: JSON.stringify(sorted(capabilities)), capabilities };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isMap(value)) return value;
  const keys = Object.keys(value).toSorted();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key])]));
}
