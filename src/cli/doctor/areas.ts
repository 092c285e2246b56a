/** Lists what `doctor` looks at: each area gathers its facts and has them judged, within its time and whatever becomes of the others. */
import { withDeadline, type Clock } from '../../kernel/clock.ts';
import { toErrorJson } from '../../kernel/errors.ts';
import { warn, type Finding } from './finding.ts';
import type { LookOptions, World } from './world.ts';
import { lookAtClients } from './gather/clients.ts';
import { lookAtClock } from './gather/clock.ts';
import { lookAtContainers } from './gather/containers.ts';
import { lookAtDisk, lookAtFolders } from './gather/folders.ts';
import { lookAtEngine } from './gather/engine.ts';
import { journalMs, lookAtJournal } from './gather/journal.ts';
import { lookAtNode, lookAtTerminal } from './gather/surroundings.ts';
import { lookAtPrograms } from './gather/programs.ts';
import { lookAtSecrets } from './gather/secrets.ts';
import { lookAtServers } from './gather/servers.ts';
import { lookAtOurService } from './gather/service.ts';

export interface Area {
  readonly name: string;
  /** It is given up after so long. */
  readonly ms: number;
  readonly look: (world: World, options: LookOptions) => Promise<readonly Finding[]>;
}

const SOON_MS = 5_000;
/** Backends and container engines have deadlines of their own, which are shorter. */
const LONG_MS = 20_000;

export const areas: readonly Area[] = [
  { name: 'node', ms: SOON_MS, look: lookAtNode },
  { name: 'terminal', ms: SOON_MS, look: lookAtTerminal },
  { name: 'folders', ms: SOON_MS, look: lookAtFolders },
  { name: 'disk', ms: SOON_MS, look: lookAtDisk },
  { name: 'engine', ms: LONG_MS, look: lookAtEngine },
  { name: 'clock', ms: journalMs + LONG_MS, look: lookAtClock },
  { name: 'journal', ms: journalMs + SOON_MS, look: lookAtJournal },
  { name: 'containers', ms: journalMs + LONG_MS, look: lookAtContainers },
  { name: 'programs', ms: journalMs + LONG_MS, look: lookAtPrograms },
  { name: 'secrets', ms: journalMs + LONG_MS, look: lookAtSecrets },
  { name: 'servers', ms: journalMs + LONG_MS, look: lookAtServers },
  { name: 'clients', ms: journalMs + LONG_MS, look: lookAtClients },
  { name: 'service', ms: LONG_MS, look: lookAtOurService },
];

/** Never rejects and always ends: a hung look and one that fails are findings. */
export async function lookedAt(
  clock: Clock,
  { name, ms, look }: Pick<Area, 'name' | 'ms'> & { readonly look: () => Promise<readonly Finding[]> },
): Promise<readonly Finding[]> {
  class Late extends Error {}
  try {
    return await withDeadline(clock, ms, look(), () => new Late());
  } catch (error) {
    if (error instanceof Late) return [warn(name, `not looked at: no answer within ${ms / 1000}s`)];
    const { message, hint } = toErrorJson(error);
    return [warn(name, `not looked at: ${message}`, hint)];
  }
}
