/** Lists the commands on secrets. Values go in and never come out. */
import * as z from 'zod';
import type { SecretChange, SecretTest, SecretView } from '../../secrets/secret-view.ts';
import { command } from './entry.ts';
import { flag, text } from './shapes.ts';

const setOptions = z.strictObject({ only: z.enum(['new', 'kept']).optional() });
const removeOptions = z.strictObject({ force: flag.optional() });

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
