/** Talks to what instances run: to servers through the router, to programs of models by HTTP. */
import type { ServersFace } from '../../mcp/servers/servers-face.ts';
import type { ModelPrograms } from '../models/model-programs.ts';

export interface Upstreams {
  readonly servers: Pick<ServersFace, 'connect' | 'disconnect' | 'drain' | 'probe' | 'openCalls'>;
}

/** No program of a model is ever connected to: the router knows servers only. */
export function withPrograms(
  { servers }: Upstreams,
  programs: Pick<ModelPrograms, 'has' | 'gone' | 'openOf' | 'probe'>,
): Upstreams {
  return {
    servers: {
      connect: (...how) => servers.connect(...how),
      disconnect(instanceId, reason) {
        if (programs.has(instanceId)) programs.gone(instanceId);
        else servers.disconnect(instanceId, reason);
      },
      // A model that is drained is not asked: the engine looks before it asks.
      drain(instanceId, isDraining) {
        if (!programs.has(instanceId)) servers.drain(instanceId, isDraining);
      },
      probe: (instanceId, request, signal) =>
        programs.has(instanceId)
          ? programs.probe(instanceId, request, signal)
          : servers.probe(instanceId, request, signal),
      openCalls: (instanceId) =>
        programs.has(instanceId) ? { open: programs.openOf(instanceId) } : servers.openCalls(instanceId),
    },
  };
}
