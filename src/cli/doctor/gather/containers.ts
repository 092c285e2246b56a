/** Gathers where the container engine is and how it answers, here and to the running engine. */
import { lookAtDocker } from '../../../engine/runtimes/docker/docker-look.ts';
import { mayBeAway } from '../../../engine/runtimes/registry.ts';
import { checkContainers } from '../checks/containers.ts';
import type { Finding } from '../finding.ts';
import type { World } from '../world.ts';

export async function lookAtContainers(world: World): Promise<readonly Finding[]> {
  const { env } = await world.engineEnv();
  const look = await lookAtDocker(world.context.clock, env);
  const opened = await world.opened().catch(() => undefined);
  const view = opened?.engine.view();
  const servers = [...(view?.servers.values() ?? [])].filter(({ runtime }) => mayBeAway(runtime));
  const engineSees = opened?.isLive === true ? view?.info.runtimes.docker : undefined;
  return checkContainers({ ...look, engineSees, servers: servers.map(({ name }) => name) });
}
