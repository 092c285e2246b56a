/** Lists the routes of proposals and revisions, under the names that other systems have for them too. */
import * as z from 'zod';
import { McptuiError } from '../../../kernel/errors.ts';
import { contentKinds, type ContentKind } from '../../../store/schema/content.ts';
import { approveOptions, proposalDraft } from '../../content/changes.ts';
import type { ProposalDetail, ProposalView, RevisionDetail } from '../../content/types.ts';
import { at, viewRows, without, words, type CallRoute, type Given, type Route } from './route.ts';

const kind = z.enum(contentKinds);
const hash = words.exactOptional();

/** The content, and when anything about it changed last: a decision or a comment changes no content. */
function stateOf({ hash, updatedAt }: Pick<ProposalView, 'hash' | 'updatedAt'>): string {
  return `${hash}.${updatedAt}`;
}

/** What was shown is what the body names, else what `If-Match` does. */
function shown({ body, match }: Given): object {
  const hash = body['hash'] ?? match?.split('.')[0];
  return hash === undefined ? body : { ...body, hash };
}

function proposalRoutes(path: string): readonly Route[] {
  const one = `${path}/{id}`;
  const act = (name: string, route: Pick<CallRoute, 'command' | 'args'> & Partial<CallRoute>): CallRoute => ({
    kind: 'call',
    method: 'POST',
    path: `${one}/${name}`,
    of: one,
    success: 204,
    ...route,
  });
  return [
    {
      kind: 'list',
      path,
      shows: 'Proposal',
      about: 'All proposals on what the caller may view.',
      filters: ['state', 'kind', 'ref', 'name', 'author', 'session', 'isStale', 'isNew'],
      ...viewRows('proposals'),
    },
    {
      kind: 'call',
      method: 'POST',
      path,
      shows: 'Proposal',
      command: 'createProposal',
      success: 201,
      body: proposalDraft.extend({ kind }),
      args: ({ body }) => [body['kind'], without(body, ['kind'])],
      etag: stateOf,
      location: ({ id }: ProposalView) => `${path}/${id}`,
    },
    {
      kind: 'call',
      method: 'GET',
      path: one,
      shows: 'ProposalDetail',
      command: 'proposalDetail',
      success: 200,
      args: (given) => [at(given)],
      answer: ({ proposal, ...detail }: ProposalDetail) => ({ ...proposal, ...detail }),
      etag: ({ proposal }: ProposalDetail) => stateOf(proposal),
    },
    {
      kind: 'call',
      method: 'PUT',
      path: one,
      shows: 'Edited',
      command: 'editProposal',
      success: 200,
      body: z.strictObject({ text: words }),
      args: (given) => [at(given), given.body['text']],
    },
    {
      kind: 'call',
      method: 'DELETE',
      path: one,
      command: 'withdrawProposal',
      success: 204,
      args: (given) => [at(given)],
    },
    act('approve', {
      command: 'approveProposal',
      success: 200,
      body: approveOptions.extend({ hash }),
      args: (given) => [at(given), shown(given)],
    }),
    act('reject', {
      command: 'rejectProposal',
      body: z.strictObject({ reason: words }),
      args: (given) => [at(given), given.body['reason']],
    }),
    act('reopen', { command: 'reopenProposal', args: (given) => [at(given)] }),
    act('comments', {
      command: 'commentProposal',
      body: z.strictObject({ text: words }),
      args: (given) => [at(given), given.body['text']],
    }),
    act('rebase', {
      command: 'rebaseProposal',
      success: 200,
      shows: 'Rebased',
      body: z.strictObject({ text: words.exactOptional(), onto: words.exactOptional() }),
      args: (given) => [at(given), Object.keys(given.body).length === 0 ? undefined : given.body],
    }),
  ];
}

export const inboxRoutes: readonly Route[] = [
  ...proposalRoutes('/proposals'),
  ...proposalRoutes('/promptrequests'),
  {
    kind: 'list',
    path: '/revisions',
    shows: 'Revision',
    about:
      'Revisions of the resource that `resourceType` and `resourceId` name, or those whose content has this `hash`.',
    command: 'revisions',
    query: z.strictObject({ resourceType: kind.exactOptional(), resourceId: words.exactOptional(), hash }),
    filters: ['author', 'semver', 'proposal'],
    async rows({ query }, { commands }) {
      const { resourceType, resourceId, hash: begin } = query;
      if (begin !== undefined) return commands.findRevisions(begin as string);
      if (resourceType !== undefined && resourceId !== undefined) {
        return commands.revisions(resourceType as ContentKind, resourceId as string);
      }
      throw new McptuiError('invalid', 'whose revisions is not said', {
        hint: '?resourceType=prompt&resourceId=NAME, or ?hash= with the beginning of a content hash',
      });
    },
  },
  {
    kind: 'call',
    method: 'GET',
    path: '/revisions/{id}',
    shows: 'RevisionDetail',
    command: 'revisionDetail',
    success: 200,
    args: (given) => [at(given)],
    answer: ({ revision, ...detail }: RevisionDetail) => ({ ...revision, ...detail }),
  },
  {
    kind: 'call',
    method: 'GET',
    path: '/revisions/{id}/diff',
    shows: 'Diff',
    command: 'diffContent',
    about:
      'Compares a revision with another of the same resource, or with what is live (`against`); without `against` the one ' +
      'before it with this one.',
    success: 200,
    query: z.strictObject({ against: words.exactOptional() }),
    async args(given, { commands }) {
      const id = at(given);
      const { revision } = await commands.revisionDetail(id);
      const { against } = given.query;
      return against === undefined
        ? [revision.kind, revision.ref, undefined, id]
        : [revision.kind, revision.ref, id, against];
    },
  },
  {
    kind: 'call',
    method: 'POST',
    path: '/revisions/{id}/undo',
    command: 'undoRevision',
    success: 200,
    args: (given) => [at(given)],
  },
];
