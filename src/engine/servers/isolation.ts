import type { Server } from '../../store/schema/server.ts';

export type Isolation = 'session' | 'shared';

/** Stdio servers keep state per connection (roots, levels, subscriptions, tasks): they are not shared unless asked. */
export function isolationOf(server: Pick<Server, 'isolation' | 'source'>): Isolation {
  return server.isolation ?? (server.source.kind === 'url' ? 'shared' : 'session');
}
