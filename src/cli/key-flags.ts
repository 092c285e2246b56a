/** Adds the flags of verbs whose decisions a project may demand to be signed. */
import type { Command } from 'commander';
import type { Context } from './context.ts';

export interface KeyFlags {
  readonly key?: string;
  readonly passphraseFile?: string;
}

export function withKeyFlags(command: Command): Command {
  return command
    .option('--key <name>', 'the key to sign with, where there are several')
    .option('--passphrase-file <file>', 'its passphrase from a file, - for stdin; default: asked for without echo');
}

/** Remembered for the verb that runs: what signs is far from what reads flags. */
export function keepKeyFlags({ access }: Context, { key, passphraseFile }: KeyFlags): void {
  access.key = key;
  access.passphraseFile = passphraseFile;
}
