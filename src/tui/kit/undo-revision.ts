/** Takes revisions of documents back, and what was taken back is there again on demand: each time by new revisions. */
import type { ContentKind, EngineCommands, Saved } from '../../engine/index.ts';
import type { UndoDraft } from './ui.ts';

/** A revision that can be taken back; `semver` is its own. */
export interface Undoable {
  readonly kind: ContentKind;
  readonly ref: string;
  readonly semver: string;
  /** Undefined: it is taken back by a deletion. */
  readonly revisionId: string | undefined;
}

/** How the act is called, and what is said when it was taken back and when it was done again. */
export interface UndoWords {
  readonly label: string;
  readonly said: string;
  readonly again: string;
}

/** The last one first. */
export function undoRevisions(made: readonly Undoable[], words: UndoWords): UndoDraft {
  const { label, said, again } = words;
  return {
    label,
    said,
    async run(commands) {
      const back: Back[] = [];
      for (const one of made.toReversed()) {
        back.push({ ...one, undoneBy: (await takeBack(commands, one))?.revisionId });
      }
      return {
        label,
        said: again,
        async run(later) {
          const renewed: Undoable[] = [];
          for (const one of back.toReversed()) renewed.push(await doAgain(later, one));
          return undoRevisions(renewed, words);
        },
      };
    },
  };
}

/** What was taken back: by this revision, or by a deletion. */
interface Back extends Undoable {
  readonly undoneBy: string | undefined;
}

async function takeBack(commands: EngineCommands, { kind, ref, revisionId }: Undoable): Promise<Saved | undefined> {
  if (revisionId !== undefined) return commands.undoRevision(revisionId);
  await commands.deleteContent(kind, ref);
  return undefined;
}

async function doAgain(commands: EngineCommands, { kind, ref, semver, undoneBy }: Back): Promise<Undoable> {
  if (undoneBy === undefined) {
    const { semver: renewed } = await commands.restoreContent(kind, ref, semver, 'brought back');
    return { kind, ref, semver: renewed, revisionId: undefined };
  }
  const saved = await commands.undoRevision(undoneBy);
  return { kind, ref, semver: saved?.semver ?? semver, revisionId: saved?.revisionId };
}

/** Brings a deleted document back; deletes it again on demand. */
export function undoDeletion(kind: ContentKind, ref: string, semver: string): UndoDraft {
  const label = `deletion of ${ref}`;
  return {
    label,
    said: `${kind} ${ref} is back`,
    async run(commands) {
      await commands.restoreContent(kind, ref, semver, 'brought back');
      return {
        label,
        said: `${kind} ${ref} is deleted again`,
        async run(later) {
          await later.deleteContent(kind, ref);
          return undoDeletion(kind, ref, semver);
        },
      };
    },
  };
}
