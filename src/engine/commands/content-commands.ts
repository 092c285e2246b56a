/** The engine's side of `ContentCommands`: finds what was named and lets the parts do it, in the name of one actor. */
import { McptuiError } from '../../kernel/errors.ts';
import type { Content, ContentKind, PersonalityContent } from '../../store/schema/content.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Transaction } from '../../store/types.ts';
import { bindChoices, usersOf, withBinding, withoutBinding } from '../content/bindings.ts';
import { systemPrompts } from '../content/built-ins.ts';
import { BUILT_IN_PROJECTS, SYSTEM_PROJECT } from '../content/built-in-projects.ts';
import type { ContentChange, ContentCommands, ContentDraft, SaveOptions } from './content-types.ts';
import { tidy } from '../content/closed-proposals.ts';
import { composeFor } from '../content/composing.ts';
import { contentDetail, proposalDetail } from '../content/details.ts';
import { diffTexts, type Labelled } from '../content/diff.ts';
import { fromDocument, toDocument } from '../content/document.ts';
import { Places, projectNamed, used } from '../content/places.ts';
import type { ProposalParts } from '../content/proposal-draft.ts';
import type { Proposals } from '../content/proposals.ts';
import { kindRef, type Place } from '../content/refs.ts';
import {
  pastOf,
  revisionAt,
  revisionBefore,
  revisionContent,
  revisionsByHash,
  revisionView,
  type Past,
} from '../content/revisions.ts';
import { deleteRow, rowById, rowNamed, rowsOf, type ContentRow } from '../content/rows.ts';
import { saveContent } from '../content/save.ts';
import type { DiffView, Saved } from '../content/types.ts';

export interface ContentParts extends ProposalParts {
  readonly proposals: Proposals;
  /** `operator:ann` */
  readonly actor: string;
  /** Something that agents or consoles see has changed. */
  readonly changed: () => void;
}

export function contentCommands(parts: ContentParts): ContentCommands {
  const { db, actor, proposals } = parts;
  const places = new Places(parts);

  async function changing<T>(work: Promise<T>): Promise<T> {
    const result = await work;
    parts.changed();
    return result;
  }

  function save(kind: ContentKind, ref: string, change: (live: ContentRow) => unknown, options: SaveOptions = {}) {
    return changing(
      db.transact((tx): Saved => {
        const live = rowNamed(tx, kind, ref);
        const content = change(live);
        return saveContent(tx, parts, { kind, live, place: live, name: live.name, content, author: actor, options });
      }),
    );
  }

  function create(kind: ContentKind, draft: ContentDraft, options: SaveOptions = {}): Promise<Saved> {
    return changing(
      db.transact((tx): Saved => {
        const place = placeOf(tx, kind, draft);
        const ref = kindRef(kind, { ...place, name: draft.name, id: '' });
        if (rowsOf(tx, kind).some((row) => kindRef(kind, row) === ref)) {
          throw new McptuiError('conflict', `${kind} ${ref} exists`, { hint: `mcptui edit ${kind} ${ref}` });
        }
        const content = draft.content ?? fromDocument(kind, draft.text ?? '');
        return saveContent(tx, parts, {
          kind,
          live: undefined,
          place,
          name: draft.name,
          content,
          author: actor,
          options,
        });
      }),
    );
  }

  function remove(kind: ContentKind, ref: string): Promise<void> {
    return changing(db.transact((tx) => removeRow(tx, kind, rowNamed(tx, kind, ref))));
  }

  function removeRow(tx: Transaction<Shape>, kind: ContentKind, row: ContentRow): void {
    const ref = kindRef(kind, row);
    if (kind === 'prompt' && row.project === SYSTEM_PROJECT && row.name in systemPrompts) {
      throw new McptuiError('conflict', `prompt ${ref} is built in: it cannot be deleted`, {
        hint: `mcptui edit prompt ${ref}`,
      });
    }
    const users = usersOf(tx, kind, row);
    if (users.length > 0) throw used(kind, ref, users);
    deleteRow(tx, kind, row.id);
    tx.event({ kind: `${kind}_delete`, actor, target: `${kind}/${ref}`, outcome: 'ok', message: row.current.semver });
    // What waits for a decision has lost its target.
    for (const proposal of tx.collection('proposals').all()) {
      if (proposal.state !== 'pending' || proposal.targetId !== row.id) continue;
      tx.collection('proposals').replace({ ...proposal, state: 'superseded', updatedAt: parts.clock.now() });
      tx.event({
        kind: 'proposal_supersede',
        actor,
        target: `proposal/${proposal.id}`,
        outcome: 'ok',
        message: `${kind} ${ref} is deleted`,
        cause: -1,
      });
    }
    tidy(tx);
  }

  /** A past content becomes the newest revision; a deleted resource comes back. */
  async function bringBack(past: Past, from: string, options: SaveOptions, why: object): Promise<Saved> {
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
        return saveContent(tx, parts, { ...request, ...former, ...why });
      }),
    );
  }

  async function textAt(past: Past, at: string): Promise<Labelled> {
    if (at === 'live') {
      if (past.live === undefined) throw new McptuiError('not-found', `${past.kind} ${past.ref} is deleted`);
      return { label: `live ${past.live.current.semver}`, text: toDocument(past.kind, past.live.content) };
    }
    const revision = revisionAt(past, at);
    return { label: revision.semver, text: toDocument(past.kind, await revisionContent(db, revision.id)) };
  }

  async function diff(kind: ContentKind, ref: string, left?: string, right?: string): Promise<DiffView> {
    const past = pastOf(db, kind, ref);
    const last = past.live === undefined ? past.revisions[0]?.id : 'live';
    const to = right ?? last ?? 'live';
    if (left === undefined) {
      const revision = to === 'live' ? past.revisions[0] : revisionAt(past, to);
      const before = revision === undefined ? undefined : revisionBefore(past, revision);
      const from = before === undefined ? { label: 'nothing', text: '' } : await textAt(past, before.id);
      return diffTexts(from, await textAt(past, to));
    }
    return diffTexts(await textAt(past, left), await textAt(past, to));
  }

  const prompt = (ref: string): string => {
    const row = rowNamed(db, 'prompt', ref);
    return kindRef('prompt', row);
  };
  const bindings = (row: ContentRow): PersonalityContent => row.content as PersonalityContent;

  return {
    createProject: (name, change) => changing(places.createProject(name, change)),
    updateProject: (name, change) => changing(places.updateProject(name, change)),
    deleteProject: (name) => changing(places.deleteProject(name)),
    projectDetail: (name) => places.projectDetail(name),
    createAgent: (name, change) => changing(places.createAgent(name, change)),
    updateAgent: (name, change) => changing(places.updateAgent(name, change)),
    deleteAgent: (name) => changing(places.deleteAgent(name)),

    createContent: create,
    saveContent: (kind, ref, change, options) => save(kind, ref, (live) => changed(kind, live, change), options),
    deleteContent: remove,
    contentDetail: async (kind, ref) => contentDetail(db, kind, ref),

    attachPrompt: async (personality, ref, position) =>
      save('personality', personality, (row) => ({
        ...bindings(row),
        prompts: withBinding(bindings(row).prompts, prompt(ref), position),
      })),
    detachPrompt: async (personality, ref) =>
      save('personality', personality, (row) => ({
        ...bindings(row),
        prompts: withoutBinding(bindings(row).prompts, prompt(ref)),
      })),
    bindChoices: async (personality) => bindChoices(db, rowNamed(db, 'personality', personality)),

    revisions: async (kind, ref) => pastOf(db, kind, ref).revisions.map((row) => revisionView(db, row)),
    findRevisions: async (hash) => revisionsByHash(db, hash).map((row) => revisionView(db, row)),
    revisionText: async (kind, ref, semver) => (await textAt(pastOf(db, kind, ref), semver)).text,
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
      const revision = db.collection('revisions').find(revisionId);
      if (revision === undefined) throw new McptuiError('not-found', `no revision ${revisionId}`);
      const { kind, ref, semver } = revision;
      const past = pastOf(db, kind, revision.resourceId);
      if (past.live?.current.id !== revisionId) {
        const now = past.live === undefined ? 'deleted' : `at ${past.live.current.semver}`;
        throw new McptuiError('conflict', `${kind} ${ref} is ${now}: ${semver} is not live any more`, {
          hint: `mcptui restore ${kind} ${ref} REVISION`,
        });
      }
      if (revision.previous === undefined) return remove(kind, ref).then(() => undefined);
      return bringBack(past, revision.previous, { note: `undo of ${semver}` }, { undoes: revisionId });
    },

    compose: async (target) => composeFor(db, target),
    async diffComposed(left, right) {
      const label = (of: typeof left): string => `${of.agent ?? 'no agent'}/${of.personality ?? 'default'}`;
      return diffTexts(
        { label: label(left), text: composeFor(db, left).text },
        { label: label(right), text: composeFor(db, right).text },
      );
    },

    proposalDetail: async (id) => proposalDetail(db, proposals.get(db, id)),
    approveProposal: (id, options) => changing(proposals.approve(id, actor, options)),
    rejectProposal: (id, reason) => changing(proposals.reject(id, actor, reason)),
    withdrawProposal: (id) => changing(proposals.withdraw(id, actor)),
    reopenProposal: (id) => changing(proposals.reopen(id, actor)),
    commentProposal: (id, text) => changing(proposals.comment(id, actor, text)),
    editProposal: async (id, text) => ({ hash: (await changing(proposals.edit(id, actor, text))).hash }),
    rebaseProposal: (id, resolved) => changing(proposals.rebase(id, actor, resolved)),
  };
}

function changed(kind: ContentKind, live: ContentRow, change: ContentChange): unknown {
  return 'text' in change ? fromDocument(kind, change.text, live.content) : change.content;
}

/** Where a deleted resource was, from its reference. */
function formerPlace({ kind, ref }: Past): Place & { readonly name: string } {
  const [, owner, name] = /^(?:project:|agent:)?(?:([^/]+)\/)?([^/]+)$/.exec(ref) ?? [];
  if (kind === 'personality' || ref.startsWith('agent:')) return { scope: 'agent', agent: owner, name: name ?? ref };
  if (ref.startsWith('project:')) return { scope: 'project', project: owner, name: name ?? ref };
  return { scope: 'global', name: ref };
}

/** @throws McptuiError `invalid` for project and agent together, `not-found` for one that is not there */
function placeOf(tx: Transaction<Shape>, kind: ContentKind, draft: ContentDraft): Place {
  const { project, agent, name } = draft;
  if (project !== undefined && agent !== undefined) {
    throw new McptuiError('invalid', `${kind} ${name}: give a project or an agent, not both`);
  }
  const scope = draft.scope ?? (project !== undefined ? 'project' : agent !== undefined ? 'agent' : 'global');
  if ((scope === 'project') !== (project !== undefined) || (scope === 'agent') !== (agent !== undefined)) {
    throw new McptuiError('invalid', `${kind} ${name}: scope ${scope} does not go with ${placeWords(draft)}`);
  }
  if (kind === 'personality' && agent === undefined) {
    throw new McptuiError('invalid', `personality ${name} needs an agent`, { hint: '--agent NAME' });
  }
  if (project !== undefined && !BUILT_IN_PROJECTS.includes(project)) projectNamed(tx, project);
  if (
    agent !== undefined &&
    !tx
      .collection('agents')
      .all()
      .some((row) => row.name === agent)
  ) {
    throw new McptuiError('not-found', `no agent ${agent}`, { hint: `mcptui create agent ${agent}` });
  }
  return { scope, ...(project === undefined ? {} : { project }), ...(agent === undefined ? {} : { agent }) };
}

function placeWords({ project, agent }: ContentDraft): string {
  if (project !== undefined) return `project ${project}`;
  return agent === undefined ? 'neither project nor agent' : `agent ${agent}`;
}
