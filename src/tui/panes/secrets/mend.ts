/** Goes from what fails for a secret straight to what mends it. */
import type { InstanceView } from '../../../engine/index.ts';
import { askToCreate, blockingSecret, isCreatable, secretId } from '../../kit/secrets.ts';
import { clean } from '../../../text/clean.ts';
import type { Ui } from '../../kit/ui.ts';
import { secretList } from './select.ts';

/** Asks for the value where that mends it; else shows the secret in its pane, which says why it does not resolve. */
export function mendSecret(ui: Ui, instance: InstanceView): void {
  const secret = blockingSecret(instance);
  if (secret === undefined) return;
  if (isCreatable(secret) && !ui.state.host.readOnly) return askToCreate(ui, secret.path);
  ui.showPane('secrets');
  ui.set(secretList.withSelected(ui.state, secretId(secret)));
  if (secret.backend !== 'env' && secret.backend !== 'file') {
    const step = instance.failure?.hint;
    if (step !== undefined) ui.notify('info', clean(step));
    return;
  }
  if (secret.backend === 'env') {
    ui.notify('info', `end the engine and start it with ${secret.path} set in its environment`);
  }
}
