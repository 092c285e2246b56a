/** Has a change made on the state that `If-Match` was compared with: when another one came in between, both are done again. */
import { McptuiError } from '../../../kernel/errors.ts';
import { nextTurn } from '../../../store/turns.ts';
import type { Served } from '../../rights/served.ts';
import { Moved, onlyOn, type Looked } from '../../rights/unmoved.ts';

/** Where resources are kept whose changes are transactions; others are compared just before. */
const collections: Readonly<Record<string, Looked['collection']>> = {
  projects: 'projects',
  agents: 'agents',
  roles: 'roles',
  bindings: 'bindings',
  servers: 'servers',
  models: 'models',
  prompts: 'prompts',
  personalities: 'personalities',
  skills: 'skills',
  proposals: 'proposals',
  promptrequests: 'proposals',
};

/** More than anybody is overtaken by chance. */
const MAX_TRIES = 20;

/** `change` compares, then changes. @throws what it throws; McptuiError `conflict` when others never stop */
export async function onSeenState<T>(served: Served, path: string, change: () => Promise<T>): Promise<T> {
  const collection = collections[path.split('/')[1] ?? ''];
  if (collection === undefined) return change();
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const looked = served.lookAt(collection);
    // What is read of the view is as new as these rows by then.
    await nextTurn();
    try {
      return await onlyOn(looked, change);
    } catch (error) {
      if (!(error instanceof Moved)) throw error;
    }
  }
  throw new McptuiError('conflict', 'it is changed too often by others', { hint: 'GET it, and try again' });
}
