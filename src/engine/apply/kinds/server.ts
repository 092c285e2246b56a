/** Knows documents of servers: as their YAML is, with `NAME: text` for variables and headers. */
import { wordFor } from '../../../kernel/foreign.ts';
import { serverSchema, type Server } from '../../../store/schema/server.ts';
import type { Versioned } from '../../../store/types.ts';
import { newServerDraft, serverDocumentSchema } from '../../servers/document-schema.ts';
import { entryText, type Entry } from '../../servers/entry-text.ts';
import { documentFields, sourceFields } from '../../servers/server-document.ts';
import type { Fields } from '../fields.ts';
import { nameOf, type Found, type Kind } from './kind.ts';

const usualRuntime: Readonly<Record<string, string>> = {
  url: 'remote',
  image: 'docker',
  command: 'process',
  package: 'process',
};

export const serverKind: Kind = {
  noun: 'server',
  metadata: serverDocumentSchema.pick({ name: true, project: true }),
  spec: serverDocumentSchema
    .omit({ name: true, project: true })
    .extend({ runtime: serverDocumentSchema.shape.runtime.optional() }),
  ref: nameOf,
  find: (from, document) => {
    const name = nameOf(document);
    const row = from
      .collection('servers')
      .all()
      .find((one) => one.name === name);
    return row && found(row);
  },
  all: (from) => from.collection('servers').all().map(found),
  defaults(document) {
    const { source, name, project, runtime } = withRuntime(document) as Partial<Server>;
    const parsed = serverSchema.safeParse({
      id: '',
      name,
      project,
      source: { kind: 'command', command: ['-'] },
      runtime: runtime ?? 'process',
      createdAt: 0,
      updatedAt: 0,
    });
    // What runs at all is always somebody's choice.
    return parsed.success ? { ...documentFields(parsed.data), source: source && {} } : {};
  },
  create: (document) => ({ name: 'createServer', args: [newServerDraft(withRuntime(document))] }),
  replace: (document, { ref }, note) => ({
    name: 'updateServer',
    args: [ref, { text: JSON.stringify(document) }, { note }],
  }),
  remove: (ref) => ({ name: 'deleteServer', args: [ref] }),
};

function withRuntime(document: Fields): Fields {
  const { kind } = (document['source'] ?? {}) as { readonly kind?: unknown };
  return { runtime: usualRuntime[wordFor(kind)], ...document };
}

/** Of what was found, to compare values that are not shown. */
const rows = new WeakMap<Found, Server>();

function found(server: Versioned<Server>): Found {
  const one: Found = {
    ref: server.name,
    version: server.version,
    fields: { ...documentFields(server), env: rawEntries(server.env), source: rawSource(server.source) },
    shown: (other) => documentFields(server, other && rows.get(other)),
  };
  rows.set(one, server);
  return one;
}

export function rawEntries(entries: readonly Entry[]): Fields {
  return Object.fromEntries(entries.map((entry) => [entry.name, entryText(entry)]));
}

/** The source as its YAML is, with nothing left out. */
export function rawSource(source: Server['source']): Fields {
  if (source.kind !== 'url') return source;
  return { ...sourceFields(source), url: source.url, headers: rawEntries(source.headers) };
}
