/** Knows documents of prompts, skills and personalities: their content's fields, with name and place. */
import * as z from 'zod';
import {
  personalityContentSchema,
  promptContentSchema,
  scopeFields,
  skillContentSchema,
  contentNameSchema,
  type Content,
  type ContentKind,
} from '../../../store/schema/content.ts';
import { nameSchema } from '../../../store/schema/server.ts';
import { SYSTEM_PROJECT } from '../../content/built-in-projects.ts';
import { kindRef, type Place } from '../../content/refs.ts';
import { rowsOf, type ContentRow } from '../../content/rows.ts';
import { without, type Fields } from '../fields.ts';
import { nameOf, type Found, type Kind } from './kind.ts';

const PLACE = ['name', 'project', 'agent'];
const placed = z.strictObject({
  name: contentNameSchema,
  /** Of one project, or of one agent; neither = global. */
  project: scopeFields.project,
  agent: scopeFields.agent,
});

export const promptKind = contentKind('prompt', placed, promptContentSchema, { summary: '', priority: 5 });
export const skillKind = contentKind('skill', placed, skillContentSchema, {});
export const personalityKind = contentKind(
  'personality',
  z.strictObject({ name: contentNameSchema, agent: nameSchema }),
  personalityContentSchema,
  { summary: '', prompts: [] },
);

function contentKind(noun: ContentKind, metadata: z.ZodObject, spec: z.ZodObject, defaults: Fields): Kind {
  const ref = (document: Fields): string => kindRef(noun, { ...placeIn(document), name: nameOf(document), id: '' });
  const draftOf = (document: Fields): Fields => ({
    ...Object.fromEntries(PLACE.flatMap((name) => (document[name] === undefined ? [] : [[name, document[name]]]))),
    content: without(document, PLACE),
  });
  const found = (row: ContentRow): Found => {
    const { name, project, agent, scope: _, content } = row;
    const place = { ...(project === undefined ? {} : { project }), ...(agent === undefined ? {} : { agent }) };
    const fields = { name, ...place, ...(content as Content & Fields) };
    return { ref: kindRef(noun, row), version: versionOf(row), fields, shown: () => fields };
  };
  return {
    noun,
    metadata,
    spec,
    ref,
    find(from, document) {
      const wanted = ref(document);
      const name = nameOf(document);
      const row = rowsOf(from, noun).find((one) => one.name === name && kindRef(noun, one) === wanted);
      return row && found(row);
    },
    all: (from) =>
      rowsOf(from, noun)
        .filter(({ project }) => project !== SYSTEM_PROJECT)
        .map(found),
    defaults: () => defaults,
    create: (document, note) => ({ name: 'createContent', args: [noun, draftOf(document), { note }] }),
    replace: (document, live, note) => ({
      name: 'saveContent',
      args: [noun, live.ref, { content: without(document, PLACE) }, { note }],
    }),
    remove: (which) => ({ name: 'deleteContent', args: [noun, which] }),
  };
}

function placeIn({ project, agent }: Fields): Place {
  if (typeof project === 'string') return { scope: 'project', project };
  return typeof agent === 'string' ? { scope: 'agent', agent } : { scope: 'global' };
}

function versionOf(row: ContentRow): number {
  return (row as ContentRow & { readonly version?: number }).version ?? 0;
}
