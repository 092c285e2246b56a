/** Lists the commands on secrets. Values go in and never come out. */
import type { SecretChange, SecretView } from '../../secrets/secret-view.ts';
import { command } from './entry.ts';
import { text } from './shapes.ts';

export const secretEntries = {
  secrets: command<() => Promise<readonly SecretView[]>>({
    about: 'Secrets that are kept, and those that definitions name; never a value.',
    effect: 'reads',
    verb: 'view',
    resource: 'secret',
    audit: [],
    args: [],
  }),
  setSecret: command<(name: string, value: string) => Promise<SecretChange>>({
    about: 'Keeps a value in the encrypted file; answers which instances still run with the old one.',
    effect: 'changes',
    verb: 'edit',
    resource: 'secret',
    audit: ['secret_set'],
    args: [
      ['name', text],
      ['value', text],
    ],
  }),
  removeSecret: command<(name: string) => Promise<SecretChange>>({
    about: 'Removes a value from the encrypted file; answers which instances still run with it.',
    effect: 'changes',
    verb: 'delete',
    resource: 'secret',
    audit: ['secret_remove'],
    args: [['name', text]],
  }),
};
