/** Lists the commands on revisions of prompts, personalities and skills: looking back, comparing, bringing back. */
import type { ContentKind } from '../../../store/schema/content.ts';
import { composeTarget, type ComposeTarget } from '../../content/changes.ts';
import type { DiffView, RevisionDetail, RevisionView, Saved } from '../../content/types.ts';
import type { Signature } from '../../signing/document.ts';
import { command } from './entry.ts';
import { kind, signature, text } from './shapes.ts';

export const revisionEntries = {
  revisions: command<(kind: ContentKind, ref: string) => Promise<readonly RevisionView[]>>({
    about: 'Revisions of a resource, newest first.',
    effect: 'reads',
    verb: 'view',
    resource: 'content',
    audit: [],
    on: (meant, kind, ref) => meant.content(kind, ref),
    args: [
      ['kind', kind],
      ['ref', text],
    ],
  }),
  findRevisions: command<(hash: string) => Promise<readonly RevisionView[]>>({
    about: 'Revisions of every kind, by the beginning of the content hash (4 hex digits or more).',
    effect: 'reads',
    verb: 'view',
    resource: 'content',
    audit: [],
    on: () => [],
    seen: (all, sees, meant) => all.filter(({ kind, ref }) => sees(meant.content(kind, ref))),
    args: [['hash', text]],
  }),
  revisionDetail: command<(id: string) => Promise<RevisionDetail>>({
    about: 'A revision by its id, with its content and its document.',
    effect: 'reads',
    verb: 'view',
    resource: 'content',
    audit: [],
    on: (meant, id) => meant.revision(id),
    args: [['id', text]],
  }),
  revisionText: command<(kind: ContentKind, ref: string, semver: string) => Promise<string>>({
    about: 'The document as that revision had it.',
    effect: 'reads',
    verb: 'view',
    resource: 'content',
    audit: [],
    on: (meant, kind, ref) => meant.content(kind, ref),
    args: [
      ['kind', kind],
      ['ref', text],
      ['semver', text],
    ],
  }),
  diffContent: command<(kind: ContentKind, ref: string, left?: string, right?: string) => Promise<DiffView>>({
    about:
      'Compares two revisions, each a semver or `live`. `left`: default the one before `right`, or nothing; `right`: default live.',
    effect: 'reads',
    verb: 'view',
    resource: 'content',
    audit: [],
    on: (meant, kind, ref) => meant.content(kind, ref),
    args: [
      ['kind', kind],
      ['ref', text],
      ['left', text.optional()],
      ['right', text.optional()],
    ],
  }),
  diffText: command<(kind: ContentKind, ref: string, text: string) => Promise<DiffView>>({
    about: 'Compares live with a document that is not saved yet.',
    effect: 'reads',
    verb: 'view',
    resource: 'content',
    audit: [],
    on: (meant, kind, ref) => meant.content(kind, ref),
    args: [
      ['kind', kind],
      ['ref', text],
      ['text', text],
    ],
  }),
  diffComposed: command<(left: ComposeTarget, right: ComposeTarget) => Promise<DiffView>>({
    about: 'Compares what two sessions are sent.',
    effect: 'reads',
    verb: 'view',
    resource: 'content',
    audit: [],
    on: (meant, left, right) => [...meant.composed(left), ...meant.composed(right)],
    args: [
      ['left', composeTarget],
      ['right', composeTarget],
    ],
  }),
  restoreContent: command<
    (kind: ContentKind, ref: string, semver: string, note?: string, signature?: Signature) => Promise<Saved>
  >({
    about: 'Makes an earlier content the newest revision; a deleted resource comes back.',
    effect: 'changes',
    verb: 'edit',
    resource: 'content',
    audit: ['revision_create', 'decision_sign'],
    on: (meant, kind, ref) => meant.content(kind, ref),
    args: [['kind', kind], ['ref', text], ['semver', text], ['note', text.optional()], signature],
  }),
  undoRevision: command<(revisionId: string, signature?: Signature) => Promise<Saved | undefined>>({
    about:
      'Undoes a revision by a new one with the content before it; deletes what it created. Refused with `conflict` when ' +
      'it is not live any more.',
    effect: 'changes',
    verb: 'edit',
    resource: 'content',
    audit: [
      'revision_create',
      'prompt_delete',
      'personality_delete',
      'skill_delete',
      'proposal_supersede',
      'decision_sign',
    ],
    on: (meant, revisionId) => meant.revision(revisionId),
    args: [['revisionId', text], signature],
  }),
};
