/** Lists the commands on backends of secrets: where references beyond `env` and `file` lead to. Credentials are references themselves. */
import * as z from 'zod';
import type { BackendDraft } from '../../../store/schema/secret-backend.ts';
import type { BackendView } from '../../secrets/backends/backend-view.ts';
import type { Thing } from '../../rights/meant.ts';
import { command } from './entry.ts';
import { flag, judgedByCommand, text } from './shapes.ts';

const createOptions = z.strictObject({ replace: flag.optional() });
const deleteOptions = z.strictObject({ force: flag.optional() });

/** Named as its secrets begin, so that `openbao/*` is both. */
const thing = (name: string): Thing => ({ kind: 'secret', name: `${name}/` });

export const secretBackendEntries = {
  secretBackends: command<() => Promise<readonly BackendView[]>>({
    about: 'Backends of secrets that were defined, and how each answered last; never a credential.',
    effect: 'reads',
    verb: 'view',
    resource: 'secret',
    audit: [],
    on: () => [],
    seen: (all, sees) => all.filter(({ name }) => sees([thing(name)])),
    args: [],
  }),
  createSecretBackend: command<
    (name: string, draft: BackendDraft, options?: z.output<typeof createOptions>) => Promise<BackendView>
  >({
    about:
      'Defines a backend of secrets, and asks it once. Refused with `conflict` when the name is taken, unless `replace` is ' +
      'set; `invalid` for http to another machine.',
    effect: 'changes',
    verb: 'create',
    resource: 'secret',
    audit: ['secret_backend_set'],
    on: (_meant, name) => [thing(name)],
    // Whoever may say what program runs may run anything.
    also: (_meant, name, draft) => (draft.kind === 'command' ? [{ verb: 'create', kind: 'server', name }] : []),
    args: [
      ['name', text],
      ['draft', judgedByCommand<BackendDraft>()],
      ['options', createOptions.optional()],
    ],
  }),
  deleteSecretBackend: command<(name: string, options?: z.output<typeof deleteOptions>) => Promise<void>>({
    about:
      'Forgets a backend of secrets. Refused with `conflict` while a definition names one of its, unless `force` is set.',
    effect: 'changes',
    verb: 'delete',
    resource: 'secret',
    audit: ['secret_backend_delete'],
    on: (_meant, name) => [thing(name)],
    args: [
      ['name', text],
      ['options', deleteOptions.optional()],
    ],
  }),
  testSecretBackend: command<(name: string) => Promise<BackendView>>({
    about:
      'Asks a backend of secrets whether it can be used now: that it is reached, unsealed, and lets the engine in.',
    effect: 'reads',
    verb: 'view',
    resource: 'secret',
    audit: [],
    on: (_meant, name) => [thing(name)],
    args: [['name', text]],
  }),
};
