/** Finds what commands name in the view of an engine in memory; like a real one, it rejects the name of nothing. */
import { McptuiError } from '../../../src/kernel/errors.ts';
import type { EngineView } from '../../../src/engine/index.ts';

export interface KnownNames {
  /** An instance by id or name, or a server by name. @throws McptuiError `not-found` */
  running(name: string): void;
  /** @throws McptuiError `not-found` */
  server(name: string): void;
  /** @throws McptuiError `not-found` */
  instance(id: string): void;
  /** @throws McptuiError `not-found` */
  session(id: string): void;
}

export function knownNames(view: () => EngineView): KnownNames {
  const isServer = (name: string): boolean => {
    const { servers, upstreams } = view();
    return (
      [...servers.values()].some((row) => row.name === name) ||
      [...upstreams.values()].some((row) => row.server === name)
    );
  };
  const isInstance = (name: string): boolean =>
    view().instances.has(name) || [...view().instances.values()].some((row) => row.name === name);
  const refuseUnless = (isThere: boolean, what: string, name: string): void => {
    if (!isThere) throw new McptuiError('not-found', `no ${what} ${name}`, { hint: `mcptui get ${what}s` });
  };
  return {
    running: (name) => refuseUnless(isInstance(name) || isServer(name), 'instance', name),
    server: (name) => refuseUnless(isServer(name), 'server', name),
    instance: (id) => refuseUnless(isInstance(id), 'instance', id),
    session: (id) => refuseUnless(view().sessions.has(id), 'session', id),
  };
}
