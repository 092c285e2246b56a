/** Gathers how the files of clients are, as `connect --list` does. */
import { connectionRows } from '../../../clients/status.ts';
import { connectionsOf, machineOf } from '../../clients/machine.ts';
import { checkClients } from '../checks/clients.ts';
import type { Finding } from '../finding.ts';
import type { World } from '../world.ts';

export async function lookAtClients(world: World): Promise<readonly Finding[]> {
  const rows = await connectionRows(machineOf(world.context), connectionsOf(world.context));
  const opened = await world.opened().catch(() => undefined);
  const names = opened === undefined ? undefined : [...opened.engine.view().projects.values()].map(({ name }) => name);
  return checkClients({ rows, projects: names === undefined ? undefined : new Set(names) });
}
