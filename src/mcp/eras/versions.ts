/** Lists the revisions of the protocol that agents may speak. */
import { isKnownVersion } from './legacy.ts';
import { isModernVersion } from './modern.ts';

export function isServedVersion(version: unknown): version is string {
  return isKnownVersion(version) || isModernVersion(version);
}
