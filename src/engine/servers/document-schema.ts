/** Describes a server as JSON that is given and shown: as its YAML, with variables and headers as `NAME: text`. */
import * as z from 'zod';
import { wordFor } from '../../kernel/foreign.ts';
import { oauthSchema, urlSourceSchema } from '../../store/schema/remote.ts';
import { programSchema, serverSchema, type Server } from '../../store/schema/server.ts';
import { envEntry } from './entry-text.ts';
import type { ServerDraft } from './server-draft.ts';
import { documentFields, readEntries, readSource, type Fields } from './server-document.ts';

const text = z.string();
/** `debug`, `secret:file/token`, `Bearer {secret:file/token}`; `(set)` keeps a value that is not shown. */
const entries = z.record(text, text);

export const serverDocumentSchema = serverSchema
  .omit({ id: true, revision: true, createdAt: true, updatedAt: true })
  .extend({
    env: entries.optional(),
    source: z.discriminatedUnion('kind', [
      ...programSchema.options,
      urlSourceSchema.extend({
        // It may hold references to secrets.
        url: text,
        headers: entries.optional(),
        oauth: oauthSchema.extend({ clientSecret: text.optional(), privateKey: text.optional() }).optional(),
      }),
    ]),
  });

const NOTHING: Server['source'] = { kind: 'command', command: [] };

/** The draft of a server that there is not yet. @throws McptuiError `invalid` */
export function newServerDraft(fields: Fields): ServerDraft {
  const { env, source, ...rest } = fields;
  const whose = `server ${wordFor(rest['name'])}`;
  return {
    ...rest,
    env: readEntries(whose, 'env', env, [], envEntry),
    source: readSource(whose, NOTHING, source),
  } as unknown as ServerDraft;
}

/** A row of the view. */
export function shownServer(server: Server): Fields {
  const { id, revision, createdAt, updatedAt } = server;
  return { id, ...documentFields(server), revision, createdAt, updatedAt };
}
