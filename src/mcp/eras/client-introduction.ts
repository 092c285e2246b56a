/** Bounds what a client says of itself, in whatever way its revision has it said. */
import { isWithin } from '../../kernel/foreign.ts';
import type { WireMap } from '../wire/message.ts';

/** What a client may say of itself: it is kept with its session, and compared with what others say. */
const MAX_CLIENT_BYTES = 64 * 1024;
const MAX_CLIENT_DEPTH = 32;

/** Why what a client says of itself is not taken; undefined when it is. */
export function introductionRefusal(capabilities: unknown, clientInfo: unknown): string | undefined {
  if (isWithin([capabilities, clientInfo], MAX_CLIENT_BYTES, MAX_CLIENT_DEPTH + 1)) return undefined;
  return `what the client says of itself is over ${MAX_CLIENT_BYTES} bytes or ${MAX_CLIENT_DEPTH} levels`;
}

export interface ClientIntroduction {
  readonly version: string;
  readonly capabilities: WireMap;
  readonly clientInfo: WireMap | undefined;
}
