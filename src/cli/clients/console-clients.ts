/** Gives the console what it asks of agents' clients, by the same plans as the verbs. */
import { connect, planConnect } from '../../clients/connect.ts';
import type { ImportItem } from '../../clients/import/draft.ts';
import { readFound } from '../../clients/import/read-files.ts';
import { ourEntry } from '../../clients/our-entry.ts';
import { foundPlaces, type ClientPlace } from '../../clients/places.ts';
import type { ClientFiles, PlannedConnection } from '../../tui/kit/client-files.ts';
import type { Context } from '../context.ts';
import { connectionsOf, machineOf, proxyCommand, proxyEnv } from './machine.ts';
import { plannedItems } from './planned-items.ts';
import { fileDiff } from './preview.ts';

export function consoleClients(context: Context): ClientFiles {
  return {
    plan: async (engine, { project, start }) => {
      const files = await readFound(foundPlaces(machineOf(context)));
      return plannedItems(context, engine, files, { project, start });
    },
    connections: async (items, project) => {
      const places = foundPlaces(machineOf(context)).filter((place) => isOf(place, items));
      const planned: PlannedConnection[] = [];
      for (const place of places) {
        const one = await planFor(context, place, project);
        if (one !== undefined) planned.push(one);
      }
      return planned;
    },
  };
}

/** Servers inside another file of the client's (`local`) are served by the entry of its user. */
function isOf({ client, scope, file }: ClientPlace, items: readonly ImportItem[]): boolean {
  return scope !== 'local' && items.some(({ from }) => from.client === client.name && from.file === file);
}

async function planFor(context: Context, place: ClientPlace, project: string): Promise<PlannedConnection | undefined> {
  const args = project === 'default' ? [] : ['--project', project];
  const launch = { command: proxyCommand(place, args, context.env), env: proxyEnv(context) };
  const plan = await planConnect(place, ourEntry(place.client.dialect, launch));
  if (plan.after === plan.before.text) return undefined;
  const diff = await fileDiff(plan);
  const write = async (): Promise<void> => {
    await connect(plan, connectionsOf(context), { project, now: context.clock.now() });
  };
  return { title: place.client.title, file: place.file, diff, write };
}
