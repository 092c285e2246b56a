/** Gathers how backends of secrets answer now, and how each secret resolves. */
import { checkSecrets } from '../checks/secrets.ts';
import { ok, type Finding } from '../finding.ts';
import type { World } from '../world.ts';

export async function lookAtSecrets(world: World): Promise<readonly Finding[]> {
  const opened = await world.opened();
  if (opened === undefined) return [ok('secrets', 'none yet')];
  const { commands } = opened.engine;
  const named = await commands.secretBackends();
  const backends = await Promise.all(named.map(({ name }) => commands.testSecretBackend(name)));
  const secrets = await commands.secrets();
  // Asking for them has read the file.
  const file = opened.engine.view().info.secretFile;
  return checkSecrets({ file, backends, secrets });
}
