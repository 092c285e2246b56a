/** Gathers how instances are; without an engine, what was kept of the last one. */
import { checkServers } from '../checks/servers.ts';
import type { Finding } from '../finding.ts';
import type { World } from '../world.ts';

export async function lookAtServers(world: World): Promise<readonly Finding[]> {
  const opened = await world.opened();
  const view = opened?.engine.view();
  return checkServers({
    servers: view?.servers.size ?? 0,
    instances: [...(view?.instances.values() ?? [])],
    isLive: opened?.isLive === true,
  });
}
