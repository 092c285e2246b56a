/** People with keys at an engine: registered, and signing what they decide. */
import { makeKey, type OpenKey } from '../../../src/engine/signing/key-file.ts';
import { signingCommands } from '../../../src/engine/signing/signing-client.ts';
import type { EngineCommands } from '../../../src/engine/index.ts';

export const PASSPHRASE = 'correct horse battery';

export interface Signer {
  readonly key: OpenKey;
  /** All commands, signed with the key where that is demanded. */
  readonly commands: EngineCommands;
}

/** Makes a key and registers it; `voucher` signs for it once there is another. */
export async function aSigner(
  commands: EngineCommands,
  subject: string,
  { voucher, name = subject.replace(/^.*:/, '') }: { readonly voucher?: Signer; readonly name?: string } = {},
): Promise<Signer> {
  const { key } = await makeKey({ name, subject }, PASSPHRASE);
  await (voucher?.commands ?? commands).registerKey(key.publicHalf());
  return { key, commands: signingCommands(commands, () => Promise.resolve(key)) };
}
