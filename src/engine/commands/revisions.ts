/** Handles the commands on revisions: looking back, comparing, bringing back. */
import { McptuiError } from '../../kernel/errors.ts';
import type { Content, ContentKind } from '../../store/schema/content.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database, Transaction } from '../../store/types.ts';
import type { SaveOptions } from '../content/changes.ts';
import { composeFor } from '../content/composing.ts';
import { diffTexts, type Labelled } from '../content/diff.ts';
import { fromDocument, toDocument } from '../content/document.ts';
import { formerPlace } from '../content/draft-place.ts';
import { removeContent } from '../content/remove.ts';
import {
  pastOf,
  revisionAt,
  revisionBefore,
  revisionContent,
  revisionNamed,
  revisionsByHash,
  revisionView,
  type Past,
} from '../content/revisions.ts';
import { rowById, rowNamed } from '../content/rows.ts';
import { saveContent } from '../content/save.ts';
import type { DiffView, Saved } from '../content/types.ts';
import { takenBack } from '../inbox/state.ts';
import { announcing, type ContentParts } from './content.ts';
import type { CommandsOf } from './table/entry.ts';
import type { revisionEntries } from './table/revisions.ts';

/** Reason of a revision that brings something back. */
interface Why {
  /** Number of the revision whose content comes back. */
  readonly restored?: string;
  /** Id of the revision that it undoes. */
  readonly undoes?: string;
}

export function revisionCommands(parts: ContentParts): CommandsOf<typeof revisionEntries> {
  const { db, actor } = parts;
  const changing = announcing(parts);

  /** The proposal that a revision came from, if it came from one, tells that its approval was undone. */
  function markTakenBack(tx: Transaction<Shape>, revisionId: string, semver: string | undefined): void {
    const proposalId = tx.collection('revisions').find(revisionId)?.proposal;
    const proposal = proposalId === undefined ? undefined : tx.collection('proposals').find(proposalId);
    if (proposal === undefined) return;
    tx.collection('proposals').replace(takenBack(proposal, actor, parts.clock.now(), semver));
  }

  /** A past content becomes the newest revision; a deleted resource comes back. */
  async function bringBack(past: Past, from: string, options: SaveOptions, why: Why): Promise<Saved> {
    const content = await revisionContent(db, from);
    const [newest] = past.revisions;
    return changing(
      db.transact((tx): Saved => {
        const live = rowById(tx, past.kind, past.resourceId);
        const place = live ?? formerPlace(past);
        const former =
          live === undefined && newest !== undefined
            ? { former: { id: past.resourceId, semver: newest.semver, revision: newest.id } }
            : {};
        const request = { kind: past.kind, live, place, name: place.name, content, author: actor, options };
        const saved = saveContent(tx, parts, { ...request, ...former, ...why });
        if (why.undoes !== undefined) markTakenBack(tx, why.undoes, saved.semver);
        return saved;
      }),
    );
  }

  async function diff(kind: ContentKind, ref: string, left?: string, right?: string): Promise<DiffView> {
    const past = pastOf(db, kind, ref);
    const last = past.live === undefined ? past.revisions[0]?.id : 'live';
    const to = right ?? last ?? 'live';
    if (left === undefined) {
      const revision = to === 'live' ? past.revisions[0] : revisionAt(past, to);
      const before = revision === undefined ? undefined : revisionBefore(past, revision);
      const from = before === undefined ? { label: 'nothing', text: '' } : await textAt(db, past, before.id);
      return diffTexts(from, await textAt(db, past, to));
    }
    return diffTexts(await textAt(db, past, left), await textAt(db, past, to));
  }

  return {
    revisions: async (kind, ref) => pastOf(db, kind, ref).revisions.map((row) => revisionView(db, row)),
    findRevisions: async (hash) => revisionsByHash(db, hash).map((row) => revisionView(db, row)),
    async revisionDetail(id) {
      const revision = revisionNamed(db, id);
      const content = await revisionContent(db, id);
      return { revision: revisionView(db, revision), content, text: toDocument(revision.kind, content) };
    },
    revisionText: async (kind, ref, semver) => (await textAt(db, pastOf(db, kind, ref), semver)).text,
    diffContent: diff,
    async diffText(kind, ref, text) {
      const live = rowNamed(db, kind, ref);
      const unsaved = toDocument(kind, fromDocument(kind, text, live.content) as unknown as Content);
      const before = { label: `live ${live.current.semver}`, text: toDocument(kind, live.content) };
      return diffTexts(before, { label: 'unsaved', text: unsaved });
    },
    async restoreContent(kind, ref, semver, note) {
      const past = pastOf(db, kind, ref);
      const revision = revisionAt(past, semver);
      const options = note === undefined ? {} : { note };
      return bringBack(past, revision.id, options, { restored: revision.semver });
    },
    async undoRevision(revisionId) {
      const revision = revisionNamed(db, revisionId);
      const { kind, ref, semver } = revision;
      const past = pastOf(db, kind, revision.resourceId);
      if (past.live?.current.id !== revisionId) {
        const now = past.live === undefined ? 'deleted' : `at ${past.live.current.semver}`;
        throw new McptuiError('conflict', `${kind} ${ref} is ${now}: ${semver} is not live any more`, {
          hint: `mcptui restore ${kind} ${ref} REVISION`,
        });
      }
      if (revision.previous === undefined)
        return changing(
          db.transact((tx) => {
            removeContent(tx, parts, kind, rowNamed(tx, kind, ref));
            markTakenBack(tx, revisionId, undefined);
          }),
        ).then(() => undefined);
      return bringBack(past, revision.previous, { note: `undo of ${semver}` }, { undoes: revisionId });
    },
    async diffComposed(left, right) {
      const label = (of: typeof left): string => `${of.agent ?? 'no agent'}/${of.personality ?? 'default'}`;
      return diffTexts(
        { label: label(left), text: composeFor(db, left).text },
        { label: label(right), text: composeFor(db, right).text },
      );
    },
  };
}

async function textAt(db: Database<Shape>, past: Past, at: string): Promise<Labelled> {
  if (at === 'live') {
    if (past.live === undefined) throw new McptuiError('not-found', `${past.kind} ${past.ref} is deleted`);
    return { label: `live ${past.live.current.semver}`, text: toDocument(past.kind, past.live.content) };
  }
  const revision = revisionAt(past, at);
  return { label: revision.semver, text: toDocument(past.kind, await revisionContent(db, revision.id)) };
}
