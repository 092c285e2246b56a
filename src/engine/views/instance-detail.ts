/** Tells what an open instance shows beyond its row: events, definition, variables, tools, open calls. */
import { McptuiError } from '../../kernel/errors.ts';
import type { Server } from '../../store/schema/server.ts';
import type { Fleet } from '../instances/fleet.ts';
import type { LiveInstance } from '../instances/live-instance.ts';
import type { Masker } from '../secrets/masker.ts';
import { givenValues } from '../servers/given-values.ts';
import { shownSpec } from './shown-server.ts';
import type { InstanceDetail } from './view.ts';

export interface DetailParts {
  readonly fleet: Fleet;
  readonly masker: Masker;
  readonly secretsResolve: (live: LiveInstance) => Promise<boolean>;
  readonly openCalls: (instanceId: string) => InstanceDetail['calls'];
  readonly describe: (server: Server) => readonly string[];
}

/** @throws McptuiError `not-found` when its server is deleted and it never started */
export async function instanceDetail(parts: DetailParts, live: LiveInstance): Promise<InstanceDetail> {
  const server = parts.fleet.serverOf(live) ?? live.started?.server;
  if (server === undefined) throw new McptuiError('not-found', `the server of ${live.name} is deleted`);
  const resolved = await parts.secretsResolve(live);
  return {
    id: live.id,
    events: live.record.events,
    spec: shownSpec(server),
    env: givenValues(server).map(({ shown, name, from, keys }) => ({
      name: shown,
      from,
      state:
        !resolved && live.unresolved.includes(name)
          ? 'unresolved'
          : keys.some((key) => live.stale.includes(key))
            ? 'stale'
            : 'ok',
    })),
    tools: parts.masker.maskJson(live.tools ?? []),
    calls: parts.openCalls(live.id),
    command: parts.describe(shownSpec(server)),
    ...(live.record.image === undefined ? {} : { image: live.record.image }),
  };
}
