/** Makes of the parts of commands those that try them out: on a database that keeps nothing, with no instance behind it. */
import { trialDatabase } from '../../store/index.ts';
import { collections, type Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import type { CommandParts } from './parts.ts';
import { Rights } from '../rights/rights.ts';
import { definitions } from '../servers/definitions.ts';

export function trialDb(db: Database<Shape>): Database<Shape> {
  return trialDatabase(db, collections);
}

/** `db` is in front of one of `trialDb`. What commands of documents do not use is left as it is. */
export function trialParts(parts: CommandParts, db: Database<Shape>): CommandParts {
  const { clock, ids } = parts;
  const { signing, meant, principals, agents } = parts.rights;
  const nothing = (): void => undefined;
  const backends = {
    look: nothing,
    test: () => Promise.resolve({}),
    view: () => ({}),
  };
  return {
    ...parts,
    db,
    definitions: definitions(db, clock, ids),
    fleet: { all: () => [] } as unknown as CommandParts['fleet'],
    book: { defined: backends, rows: () => [] } as unknown as CommandParts['book'],
    models: {
      forget: nothing,
      health: () => ({}),
      programs: { view: nothing },
    } as unknown as CommandParts['models'],
    rights: { rights: new Rights(db), signing, meant, principals, agents } as unknown as CommandParts['rights'],
    changed: nothing,
    contentChanged: nothing,
    rightsChanged: nothing,
  };
}
