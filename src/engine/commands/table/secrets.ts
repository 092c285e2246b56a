/** Lists the commands on secrets. Values go in and never come out. */
import * as z from 'zod';
import type { SecretChange, SecretTest, SecretView } from '../../secrets/secret-view.ts';
import type { SecretVersion } from '../../secrets/secret-source.ts';
import type { Thing } from '../../rights/meant.ts';
import { command } from './entry.ts';
import { count, flag, text } from './shapes.ts';

const setOptions = z.strictObject({ only: z.enum(['new', 'kept']).optional() });
const removeOptions = z.strictObject({ force: flag.optional() });

const fileThing = (name: string): Thing => ({
  kind: 'secret',
  name: `file/${name.replace(/^(?:secret:)?file\//, '')}`,
});

export const secretEntries = {
  secrets: command<() => Promise<readonly SecretView[]>>({
    about: 'Secrets that are kept, and those that definitions name, each asked for now; never a value.',
    effect: 'reads',
    verb: 'view',
    resource: 'secret',
    audit: [],
    on: () => [],
    seen: (all, sees) => all.filter(({ name }) => sees([{ kind: 'secret', name }])),
    args: [],
  }),
  testSecret: command<(reference: string) => Promise<SecretTest>>({
    about:
      'Asks for one secret, `file/NAME`, `env/NAME` or `BACKEND/PATH#KEY`, and says whether it resolves; never its value.',
    effect: 'reads',
    verb: 'view',
    resource: 'secret',
    audit: [],
    on: (_meant, reference) => [{ kind: 'secret', name: reference }],
    args: [['reference', text]],
  }),
  setSecret: command<(name: string, value: string, options?: z.output<typeof setOptions>) => Promise<SecretChange>>({
    about:
      'Keeps a value in the encrypted file; answers which instances still run with the old one. `only`: `new` refuses a ' +
      'name that is kept with `conflict`, `kept` one that is not with `not-found`.',
    effect: 'changes',
    verb: 'edit',
    resource: 'secret',
    audit: ['secret_set'],
    on: (_meant, name) => [{ kind: 'secret', name: `file/${name}` }],
    args: [
      ['name', text],
      ['value', text],
      ['options', setOptions.optional()],
    ],
  }),
  secretVersions: command<(name: string) => Promise<readonly SecretVersion[]>>({
    about:
      'The last ten values of a secret of the encrypted file, newest first: number, time and a keyed fingerprint, never a value.',
    effect: 'reads',
    verb: 'view',
    resource: 'secret',
    audit: [],
    on: (_meant, name) => [fileThing(name)],
    args: [['name', text]],
  }),
  restoreSecret: command<(name: string, version: number) => Promise<SecretChange>>({
    about:
      'Gives a secret of the encrypted file an earlier value again, as a new version; answers which instances still run ' +
      'with another. Refused with `not-found` for a version that is not kept.',
    effect: 'changes',
    verb: 'edit',
    resource: 'secret',
    audit: ['secret_restore'],
    on: (_meant, name) => [fileThing(name)],
    args: [
      ['name', text],
      ['version', count],
    ],
  }),
  rekeySecrets: command<() => Promise<{ readonly entries: number }>>({
    about: 'Encrypts the file of secrets anew, under a new key. The old one goes once all of it is.',
    effect: 'changes',
    verb: 'edit',
    resource: 'secret',
    audit: ['secret_rekey'],
    on: () => [{ kind: 'secret', name: 'file/' }],
    args: [],
  }),
  removeSecret: command<(name: string, options?: z.output<typeof removeOptions>) => Promise<SecretChange>>({
    about:
      'Removes a value from the encrypted file; answers which instances still run with it. Refused with `conflict` while a ' +
      'definition names it, unless `force` is set.',
    effect: 'changes',
    verb: 'delete',
    resource: 'secret',
    audit: ['secret_remove'],
    on: (_meant, name) => [{ kind: 'secret', name: `file/${name}` }],
    args: [
      ['name', text],
      ['options', removeOptions.optional()],
    ],
  }),
};
