/** Hears what a router tells and does nothing: what is measured is the router alone. */
import type { RouterObserver } from '../src/mcp/index.ts';

export const noop = (): void => {};
export const silentObserver: RouterObserver = {
  toolCall: noop,
  sessionBound: noop,
  sessionChanged: noop,
  sessionEnded: noop,
  upstreamLost: noop,
  invalidOutput: noop,
  toolsChanged: noop,
  nameConflict: noop,
  serverRequest: noop,
  demand: noop,
  leased: noop,
  retired: noop,
};
