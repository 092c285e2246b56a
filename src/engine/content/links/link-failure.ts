/** Tells why a linked resource cannot be read: the failure as data, and its words, its next step and what it says of the link. Pure. */
import { timeWords } from '../../../kernel/time-words.ts';
import type { ResourceOutcome } from '../../../mcp/index.ts';
import type { ResourceLink } from '../../../store/schema/link.ts';
import type { LinkHealth } from './types.ts';

export type LinkFailure =
  | Exclude<ResourceOutcome, { readonly kind: 'contents' }>
  | { readonly kind: 'no-project' }
  /** Of these types. */
  | { readonly kind: 'binary'; readonly types: readonly string[] }
  | { readonly kind: 'empty' }
  /** Nobody has read it yet. */
  | { readonly kind: 'unread' };

export interface FailureOfLink {
  readonly kind: LinkFailure['kind'];
  /** `unknown`: nobody has looked, or nothing was started to look. */
  readonly health: Exclude<LinkHealth, 'alive'>;
  readonly reason: string;
  readonly next: string;
}

/** Ways of a server that is on its way, or is not wanted now: what it will say is not known. */
const UNKNOWN_STATES: ReadonlySet<string> = new Set(['pending', 'starting', 'stopping', 'stopped', 'unknown']);

/** Bytes of an answer that is looked at, and how long it is waited for. */
export const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
export const READ_MS = 2_500;

export function linkFailureWords(failure: LinkFailure, { project, server, uri }: ResourceLink): FailureOfLink {
  const { kind } = failure;
  const dead = (reason: string, next: string): FailureOfLink => ({ kind, health: 'dead', reason, next });
  const unknown = (reason: string, next: string): FailureOfLink => ({ kind, health: 'unknown', reason, next });
  const look = `mcptui describe server ${server}`;
  const others = `mcptui get resources --server ${server}`;
  switch (failure.kind) {
    case 'no-project':
      return dead(`there is no project ${project}`, 'mcptui get projects');
    case 'no-server':
      return dead(`there is no server ${server}`, 'mcptui get servers');
    case 'other-project':
      return dead(
        `server ${server} is in project ${failure.project}, not in ${project}`,
        `link ${failure.project}/${server}:${uri}`,
      );
    case 'down': {
      const { state, reason } = failure;
      if (state === 'stopped') return unknown(`server ${server} is stopped: ${reason}`, `mcptui start ${server}`);
      if (UNKNOWN_STATES.has(state)) return unknown(`server ${server} is ${state}: ${reason}`, look);
      const words = state === 'error' ? 'failed' : `is ${state}`;
      return dead(`server ${server} ${words}: ${reason}`, state === 'error' ? `mcptui retry ${server}` : look);
    }
    case 'busy':
      return unknown(`each instance of server ${server} serves a session`, 'an agent that reads the prompt gets one');
    case 'no-resources':
      return dead(`server ${server} has no resources`, others);
    case 'error':
      return dead(`server ${server} refused it: ${failure.message}`, others);
    case 'refused':
      return failure.retryAfterMs === undefined
        ? dead(`server ${server} refused it: ${failure.message}`, look)
        : unknown(`server ${server} wants to be asked later: ${failure.message}`, look);
    case 'too-large':
      return dead(`its answer is over ${MAX_ANSWER_BYTES / 1024 / 1024} MiB`, 'link a smaller resource');
    case 'timeout':
      return dead(`server ${server} did not answer within ${timeWords(READ_MS)}`, look);
    case 'lost':
      return dead(`server ${server} was lost: ${failure.message}`, look);
    case 'binary':
      return dead(`it is binary (${failure.types.join(', ')}), and a prompt is text`, others);
    case 'empty':
      return dead(`server ${server} gave nothing for it`, others);
    case 'unread':
      return unknown('it has not been read yet', 'an agent that reads the prompt reads it');
  }
}
