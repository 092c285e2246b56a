/** Lists the routes of prompts, personalities and skills. `{id}` is an id, a reference with `/` as `%2F`, or a name that only one has. */
import * as z from 'zod';
import {
  personalityContentSchema,
  promptContentSchema,
  skillContentSchema,
  type ContentKind,
} from '../../../store/schema/content.ts';
import { contentDraft, saveOptions } from '../../content/changes.ts';
import { pluralOf } from '../../content/refs.ts';
import type { ContentDetail, Saved } from '../../content/types.ts';
import { at, picked, viewRows, words, type Given, type Route } from './route.ts';

const contents = { prompt: promptContentSchema, personality: personalityContentSchema, skill: skillContentSchema };
const views = { prompt: 'prompts', personality: 'personalities', skill: 'skills' } as const;
const names = { prompt: 'Prompt', personality: 'Personality', skill: 'Skill' } as const;
const FILTERS = ['name', 'ref', 'scope', 'project', 'agent', 'semver', 'hash'];

const terms = saveOptions.omit({ baseHash: true });
const TERMS = Object.keys(terms.shape);
const restore = z.strictObject({ revisionId: words, note: words.exactOptional() });

function saveOf({ body, match }: Given): object {
  return { ...picked(body, TERMS), ...(match === undefined ? {} : { baseHash: match }) };
}

const savedState = ({ hash }: Saved): string => hash;

function routesOf(kind: ContentKind): readonly Route[] {
  const path = `/${pluralOf(kind)}`;
  const one = `${path}/{id}`;
  const change = { content: contents[kind].exactOptional(), text: words.exactOptional() };
  return [
    {
      kind: 'list',
      path,
      shows: names[kind],
      about: `All ${pluralOf(kind)} that the caller may view.`,
      filters: kind === 'prompt' ? [...FILTERS, 'tags', 'linkState', 'read'] : FILTERS,
      ...viewRows(views[kind]),
    },
    {
      kind: 'call',
      method: 'POST',
      path,
      shows: 'Saved',
      command: 'createContent',
      success: 201,
      body: contentDraft.extend({ ...terms.shape, ...change }),
      args: ({ body }) => [kind, picked(body, Object.keys(contentDraft.shape)), picked(body, TERMS)],
      etag: savedState,
      location: ({ ref }: Saved) => `${path}/${encodeURIComponent(ref)}`,
    },
    {
      kind: 'call',
      method: 'GET',
      path: one,
      shows: `${names[kind]}Detail`,
      command: 'contentDetail',
      success: 200,
      args: (given) => [kind, at(given)],
      answer: ({ view, ...detail }: ContentDetail) => ({ ...view, ...detail }),
      etag: ({ view }: ContentDetail) => view.hash,
    },
    {
      kind: 'call',
      method: 'PUT',
      path: one,
      shows: 'Saved',
      command: 'saveContent',
      success: 200,
      body: terms.extend(change),
      args: (given) => [kind, at(given), picked(given.body, ['content', 'text']), saveOf(given)],
      etag: savedState,
      async merge(given, { commands }) {
        const { content, view } = await commands.contentDetail(kind, at(given));
        return { document: { content }, match: view.hash };
      },
    },
    {
      kind: 'call',
      method: 'DELETE',
      path: one,
      command: 'deleteContent',
      success: 204,
      args: (given) => [kind, at(given)],
    },
    {
      kind: 'call',
      method: 'POST',
      path: `${one}/restore-revision`,
      shows: 'Saved',
      of: one,
      command: 'restoreContent',
      success: 200,
      body: restore,
      args: (given) => [kind, at(given), given.body['revisionId'], given.body['note']],
      etag: savedState,
    },
  ];
}

export const contentRoutes: readonly Route[] = [
  ...routesOf('prompt'),
  ...routesOf('personality'),
  ...routesOf('skill'),
  {
    kind: 'call',
    method: 'PUT',
    path: '/personalities/{id}/prompts/{prompt}',
    shows: 'Saved',
    of: '/personalities/{id}',
    command: 'attachPrompt',
    success: 200,
    body: z.strictObject({ position: z.int().min(0).exactOptional() }),
    args: (given) => [at(given), at(given, 'prompt'), given.body['position']],
    etag: savedState,
  },
  {
    kind: 'call',
    method: 'DELETE',
    path: '/personalities/{id}/prompts/{prompt}',
    shows: 'Saved',
    of: '/personalities/{id}',
    command: 'detachPrompt',
    success: 200,
    args: (given) => [at(given), at(given, 'prompt')],
    etag: savedState,
  },
];
