/** Gathers whether a service is installed, and whether it is what would be installed now. */
import { lookAtService } from '../../service/service.ts';
import { checkService } from '../checks/service.ts';
import type { Finding } from '../finding.ts';
import type { World } from '../world.ts';

/** Systems that mcptui knows services of. */
const WITH_SERVICES = new Set<NodeJS.Platform>(['linux', 'darwin']);

export async function lookAtOurService({ context }: World): Promise<readonly Finding[]> {
  if (!WITH_SERVICES.has(process.platform)) return [];
  const { file, installed, differs, state } = await lookAtService(context, {});
  return checkService(installed ? { kind: 'installed', file, differs, state } : { kind: 'none' });
}
