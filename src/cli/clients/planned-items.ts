/** Plans an import against the servers and secrets that an engine has. */
import { checkedItems } from '../../clients/import/apply.ts';
import type { ImportItem } from '../../clients/import/draft.ts';
import { planImport, type FoundFile } from '../../clients/import/plan.ts';
import type { Engine } from '../../engine/index.ts';
import type { Context } from '../context.ts';
import { machineOf } from './machine.ts';

export interface PlanOptions {
  readonly project: string;
  readonly start?: boolean;
  readonly literal?: boolean;
}

/** Plans against what the engine has, and asks it what it would refuse. */
export async function plannedItems(
  { env }: Context,
  engine: Pick<Engine, 'commands' | 'view'>,
  files: readonly FoundFile[],
  { project, start, literal }: PlanOptions,
): Promise<readonly ImportItem[]> {
  const machine = machineOf({ env });
  const secrets = await keptSecrets(engine);
  const items = planImport(files, {
    ...machine,
    existing: [...engine.view().servers.values()],
    secrets,
    project,
    start: start === true,
    literal: literal === true,
  });
  return checkedItems(engine.commands, items);
}

/** Names in the encrypted file. */
export async function keptSecrets({ commands }: Pick<Engine, 'commands'>): Promise<readonly string[]> {
  const all = await commands.secrets();
  return all
    .filter(({ id, state }) => id.startsWith('file/') && state !== 'missing')
    .map(({ id }) => id.slice('file/'.length));
}
