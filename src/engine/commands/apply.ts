/** Handles the commands on documents. */
import { McptuiError } from '../../kernel/errors.ts';
import { Applier } from '../apply/applier.ts';
import { exported } from '../apply/exporter.ts';
import type { Call } from '../apply/kinds/kind.ts';
import { trialDb, trialParts } from './trial-parts.ts';
import { viewing } from '../rights/meant.ts';
import { OPERATOR } from '../rights/need.ts';
import { definitions } from '../servers/definitions.ts';
import { isSignable } from '../signing/signable-names.ts';
import type { CommandParts } from './parts.ts';
import type { applyEntries } from './table/apply.ts';
import type { CommandsOf } from './table/entry.ts';
import type { EngineCommands } from './table/index.ts';

/** `handlers` makes the commands of some parts, without the check of rights. */
export function applyCommands(
  parts: CommandParts,
  handlers: (parts: CommandParts) => EngineCommands,
): CommandsOf<typeof applyEntries> {
  const { db, clock, ids, actor, principal, rights } = parts;

  /** Refuses what the caller may not do by hand. */
  function demand({ name, args }: Call, isDone: boolean): void {
    if (principal.subject !== OPERATOR.subject) rights.demand(principal, name, args);
    const asked = isDone && isSignable(name) ? rights.signing.demanded(name, args) : undefined;
    if (asked === undefined) return;
    const projects = asked.demands.map(({ project }) => project).join(', ');
    throw new McptuiError('denied', `project ${projects} demands a signature for it, and documents carry none`, {
      hint: 'do it by hand, where the key is asked for; then apply it again: it takes over what is the same',
    });
  }

  function demandView(of: Parameters<typeof rights.meant.document>[0]): void {
    for (const need of viewing(rights.meant.document(of))) rights.rights.demand(principal, need);
  }

  return {
    async applyDocuments(documents, options = {}) {
      const moved = { definitions: false, content: false, rights: false };
      const quiet: CommandParts = {
        ...parts,
        changed: () => void (moved.definitions = true),
        contentChanged: () => void (moved.content = true),
        rightsChanged: () => {
          // What comes behind may need it.
          rights.rights.touch();
          moved.rights = true;
        },
      };
      const applier = new Applier(
        {
          db,
          clock,
          actor,
          demand,
          demandView,
          shows: false,
          commandsOn: (around) => handlers({ ...quiet, db: around, definitions: definitions(around, clock, ids) }),
        },
        options,
      );
      try {
        return await applier.all(documents);
      } finally {
        // Told once, however many documents there are.
        if (moved.content) parts.contentChanged();
        if (moved.rights) parts.rightsChanged();
        if (moved.definitions) parts.changed();
      }
    },
    async planDocuments(documents, options = {}) {
      const trial = trialDb(db);
      const applier = new Applier(
        {
          db: trial,
          clock,
          actor,
          demand,
          demandView,
          shows: true,
          commandsOn: (around) => handlers(trialParts(parts, around)),
        },
        options,
      );
      return applier.all(documents);
    },
    exportDocuments: async (query = {}) => exported(db, query),
  };
}
