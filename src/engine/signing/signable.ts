/** Says of the commands that decide something what is decided, and whose projects may demand that it is signed. */
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import type { ContentKind } from '../../store/schema/content.ts';
import type { ApproveOptions, ContentDraft, ProjectChange } from '../content/changes.ts';
import type { BindingScope } from '../commands/table/rights.ts';
import type { Meant, Thing } from '../rights/meant.ts';
import { canonicalHash } from './canonical.ts';
import type { DecisionKind } from './document.ts';
import type { SignableName } from './signable-names.ts';
import type { PublicHalf } from './key-file.ts';

export interface SignableParts {
  readonly db: Pick<Database<Shape>, 'collection'>;
  readonly meant: Meant;
}

/** What a signature is over, before anybody signs. */
export interface Decided {
  readonly kind: DecisionKind;
  readonly subject: string;
  /** What was shown, short: long texts are there by their hashes. */
  readonly shown: object;
  /** Patterns of projects; `all` = whatever project demands it; `keys` = who has a key decides who gets one. */
  readonly of: readonly string[] | 'all' | 'keys';
  /** Who must not decide: the author. */
  readonly author?: string;
  /** One person is enough, whatever the quorum: to say no, to open what can be closed again. */
  readonly byOne?: boolean;
  /** Whose key is added: with a key of their own, nobody else vouches for them. */
  readonly owner?: string;
}

type Signable = (parts: SignableParts, args: readonly unknown[]) => Decided | undefined;

/** Of a command's arguments without the signature, in the order of the table. */
export const signables = {
  approveProposal(parts, [id, options]) {
    const { hash, text, ...terms } = options as ApproveOptions;
    const edited = text === undefined ? {} : { text: canonicalHash(text) };
    return ofProposal(parts, 'approve', id as string, { hash, ...edited, ...terms });
  },
  rejectProposal: (parts, [id, reason]) =>
    ofProposal(parts, 'reject', id as string, { hash: hashOf(parts, id as string), reason: canonicalHash(reason) }),
  reopenProposal: (parts, [id]) => ofProposal(parts, 'reopen', id as string, { hash: hashOf(parts, id as string) }),
  admitSession({ meant }, [id]) {
    const { project } = meant.session(id as string);
    if (project === undefined) return undefined;
    return { kind: 'admit', subject: `session/${id as string}`, shown: { project }, of: [project], byOne: true };
  },
  // What is changed without a proposal is read by the same agents.
  createContent({ meant }, [kind, draft, save]) {
    const { name, project, agent } = draft as ContentDraft;
    const [thing] = meant.placed(kind as ContentKind, { name, project, agent });
    return edited(thing, `${kind as string}/${name}`, [kind, draft, save]);
  },
  saveContent: ({ meant }, [kind, ref, change, save]) =>
    edited(meant.content(kind as ContentKind, ref as string)[0], `${kind as string}/${ref as string}`, [
      kind,
      ref,
      change,
      save,
    ]),
  deleteContent: ({ meant }, [kind, ref]) =>
    edited(meant.content(kind as ContentKind, ref as string)[0], `${kind as string}/${ref as string}`, [kind, ref]),
  attachPrompt: ({ meant }, args) =>
    edited(meant.content('personality', args[0] as string)[0], `personality/${args[0] as string}`, ['attach', ...args]),
  detachPrompt: ({ meant }, args) =>
    edited(meant.content('personality', args[0] as string)[0], `personality/${args[0] as string}`, ['detach', ...args]),
  restoreContent: ({ meant }, [kind, ref, semver, note]) =>
    edited(meant.content(kind as ContentKind, ref as string)[0], `${kind as string}/${ref as string}`, [
      'restore',
      kind,
      ref,
      semver,
      note,
    ]),
  undoRevision: ({ meant }, [id]) => edited(meant.revision(id as string)[0], `revision/${id as string}`, ['undo', id]),
  createBinding(_parts, [subject, role, scope]) {
    const { projects } = (scope ?? {}) as BindingScope;
    const shown = { subject, role, projects: projects ?? ['*'] };
    return { kind: 'grant', subject: `binding/${subject as string} ${role as string}`, shown, of: projects ?? 'all' };
  },
  deleteBinding({ db }, [id]) {
    const row = db.collection('bindings').find(id as string);
    if (row === undefined) return undefined;
    const shown = { subject: row.subject, role: row.role, projects: row.projects ?? ['*'], removed: true };
    return { kind: 'grant', subject: `binding/${row.id}`, shown, of: row.projects ?? 'all' };
  },
  updateRole({ db }, [name, change]) {
    const { bindings, projects } = {
      bindings: db.collection('bindings').all(),
      projects: db.collection('projects').all(),
    };
    const bound = bindings.filter(({ role }) => role === name);
    const ofAgents = projects.filter(({ agentRole }) => agentRole === name).map((row) => row.name);
    if (bound.length + ofAgents.length === 0) return undefined;
    const isAnywhere = bound.some((row) => row.projects === undefined);
    const of = isAnywhere ? ('all' as const) : [...ofAgents, ...bound.flatMap((row) => row.projects ?? [])];
    return {
      kind: 'grant',
      subject: `role/${name as string}`,
      shown: { change: canonicalHash(change) },
      of,
    };
  },
  updateProject({ meant }, [given, change]) {
    const { name = '' } = meant.project(given as string);
    const { toolNameLimit: _, clientPrefix: __, pages: ___, ...decided } = change as ProjectChange;
    if (Object.keys(decided).length === 0) return undefined;
    const shown = { change: canonicalHash(change), fields: Object.keys(change as object).sort() };
    return { kind: 'settings', subject: `project/${name}`, shown, of: [name] };
  },
  deleteProject({ meant }, [given]) {
    const { name = '' } = meant.project(given as string);
    return { kind: 'settings', subject: `project/${name}`, shown: { removed: true }, of: [name] };
  },
  updateAgent({ meant }, [given, change]) {
    const { project } = change as { readonly project?: string };
    const { name = '', project: from = 'default' } = meant.agent(given as string);
    // What an agent has of its own is decided where the agent is.
    if (project === undefined || project === from) return undefined;
    return { kind: 'settings', subject: `agent/${name}`, shown: { from, project }, of: [from, project] };
  },
  registerKey(_parts, [half]) {
    const { name, subject, publicKey } = half as PublicHalf;
    return { kind: 'key', subject: `key/${subject}`, shown: { name, subject, publicKey }, of: 'keys', owner: subject };
  },
  revokeKey: (_parts, [id]) => ({
    kind: 'key',
    subject: `key/${id as string}`,
    shown: { revoked: true },
    of: 'keys',
  }),
} satisfies Readonly<Record<SignableName, Signable>>;

export function decidedBy(name: SignableName, parts: SignableParts, args: readonly unknown[]): Decided | undefined {
  return signables[name](parts, args);
}

/** What belongs to no project is read in all of them. */
function edited(thing: Thing | undefined, subject: string, what: readonly unknown[]): Decided {
  // JSON has no undefined: what was left out is the same as what comes over a channel.
  const change = canonicalHash(what.map((one) => one ?? null));
  return { kind: 'edit', subject, shown: { change }, of: thing?.project === undefined ? 'all' : [thing.project] };
}

function hashOf({ db }: SignableParts, id: string): string | undefined {
  return db.collection('proposals').find(id)?.hash;
}

/** A proposal that belongs to no project is read in all of them. */
function ofProposal(
  { db }: Pick<SignableParts, 'db'>,
  kind: 'approve' | 'reject' | 'reopen',
  id: string,
  terms: object,
): Decided | undefined {
  const row = db.collection('proposals').find(id);
  if (row === undefined) return undefined;
  const agents = db.collection('agents').all();
  const project = row.project ?? (row.agent && agents.find(({ name }) => name === row.agent)?.project);
  return {
    kind,
    subject: `proposal/${id}`,
    shown: { ...terms, ref: row.ref, base: row.base?.hash ?? 'none' },
    of: project === undefined ? 'all' : [project],
    author: row.author,
    ...(kind === 'approve' ? {} : { byOne: true }),
  };
}

/** What an approval of a proposal as it stands is, for who looks at it. */
export function approvalAsShown(
  db: SignableParts['db'],
  { id, hash }: { readonly id: string; readonly hash: string },
): Decided | undefined {
  return ofProposal({ db }, 'approve', id, { hash });
}
