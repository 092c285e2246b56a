/** Makes an instance that has asked for roots in vain ask again, once a session has it. */
import type { Session } from '../downstream/session.ts';
import type { Upstream } from '../upstream/upstream.ts';

const CHANGED = '{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}';

const waiting = new WeakSet<Upstream>();

/** It has asked for roots while no session had it. */
export function askedInVain(upstream: Upstream): void {
  waiting.add(upstream);
}

export function tellRoots(session: Session, upstream: Upstream): void {
  if (waiting.delete(upstream) && session.capabilities['roots'] !== undefined) upstream.send(CHANGED);
}
