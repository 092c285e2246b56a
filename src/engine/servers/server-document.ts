/** Writes a definition as YAML that an operator edits, and reads it back; values that are not shown are kept. Pure. */
import { McptuiError, messageOf } from '../../kernel/errors.ts';
import { defined } from '../../kernel/defined.ts';
import type { Server, Source } from '../../store/schema/server.ts';
import { yaml } from '../content/front-matter.ts';
import { mayBeAway } from '../runtimes/registry.ts';
import { shownArguments } from '../views/shown-server.ts';
import {
  entryText,
  envEntry,
  headerEntry,
  LEFT_OUT,
  secretText,
  SET,
  shownEntryText,
  shownUrlText,
  wholeReference,
  type Entry,
} from './entry-text.ts';
import type { ServerDraft } from './server-draft.ts';

/** In characters; parsing takes time that agents wait for. */
const MAX_DOCUMENT = 1024 * 1024;
const FIELDS = [
  'name',
  'project',
  'source',
  'runtime',
  'env',
  'replicas',
  'isolation',
  'maxInstances',
  'prefix',
  'context',
  'health',
  'limits',
  'calls',
  'secretDelivery',
  'network',
  'startTimeoutMs',
] as const;

export type Fields = Readonly<Record<string, unknown>>;

/** `other`: a definition that it is compared with; values that are not shown and differ are marked. */
export function toServerDocument(server: Server, other?: Server): string {
  return yaml().stringify(documentFields(server, other), { lineWidth: 0 });
}

/** Comment that is put in front of a document opened to be edited. */
export function documentHead({ name, revision }: Server): string {
  return [
    `# Server ${name}, revision ${revision}. What changes is shown before it is done; unchanged = nothing happens.`,
    `# ${SET} stands for a value that is not shown: left as it is, the value is kept. Secrets are secret:file/NAME.`,
    '',
  ].join('\n');
}

export function documentFields(server: Server, other?: Server): Fields {
  const { name, project, runtime, replicas, isolation, maxInstances, prefix, context, health, calls } = server;
  const { limits, secretDelivery, network, startTimeoutMs } = server;
  return defined({
    name,
    project,
    source: sourceFields(server.source, other?.source),
    runtime,
    env: entriesOf(server.env, other?.env),
    replicas,
    isolation,
    maxInstances,
    prefix,
    context,
    health,
    ...(mayBeAway(runtime) ? { limits, secretDelivery, network } : {}),
    calls,
    startTimeoutMs,
  });
}

export function sourceFields(source: Source, other?: Source): Fields {
  switch (source.kind) {
    case 'image':
    case 'command':
      return { ...source, command: shownArguments(source.command) };
    case 'package':
      return { ...source, args: shownArguments(source.args) };
    case 'url': {
      const { headers, oauth, ...rest } = source;
      const before = other?.kind === 'url' ? other.headers : undefined;
      return defined({
        ...rest,
        url: shownUrlText(source.url),
        headers: entriesOf(headers, before),
        oauth:
          oauth === undefined
            ? undefined
            : defined({
                ...oauth,
                clientSecret: oauth.clientSecret && secretText(oauth.clientSecret),
                privateKey: oauth.privateKey && secretText(oauth.privateKey),
              }),
      });
    }
  }
}

export function entriesOf(entries: readonly Entry[], others?: readonly Entry[]): Fields {
  return Object.fromEntries(
    entries.map((entry) => {
      const shown = shownEntryText(entry);
      const other = others?.find(({ name }) => name === entry.name);
      const isOther = shown === SET && other !== undefined && entryText(other) !== entryText(entry);
      return [entry.name, isOther ? `${SET}, another value` : shown];
    }),
  );
}

/** The draft that the document describes. @throws McptuiError `invalid` with the line or the field */
export function fromServerDocument(live: Server, text: string): ServerDraft {
  const fields = parsedDocument(`server ${live.name}`, text);
  const unknown = Object.keys(fields).filter((name) => !(FIELDS as readonly string[]).includes(name));
  if (unknown.length > 0) {
    throw new McptuiError('invalid', `server ${live.name}: there is no field ${unknown.join(', ')}`, {
      hint: `fields: ${FIELDS.join(', ')}`,
    });
  }
  for (const fixed of ['name', 'project'] as const) {
    if (fields[fixed] === undefined || fields[fixed] === live[fixed]) continue;
    throw new McptuiError('invalid', `server ${live.name}: its ${fixed} cannot be changed`, {
      hint: `create another one: mcptui create server … ; then mcptui delete server ${live.name}`,
    });
  }
  const { env, source, ...rest } = fields;
  const { limits, secretDelivery, network } = live;
  return {
    // Of a server that runs in no container these are not in the document.
    ...(mayBeAway(live.runtime) ? {} : { limits, secretDelivery, network }),
    ...rest,
    name: live.name,
    project: live.project,
    env: readEntries(`server ${live.name}`, 'env', env, live.env, envEntry),
    source: readSource(`server ${live.name}`, live.source, source),
  } as unknown as ServerDraft;
}

/** The fields of a text. `whose`: `server gitea`, for people. @throws McptuiError `invalid` */
export function parsedDocument(whose: string, text: string): Fields {
  if (text.length > MAX_DOCUMENT) throw new McptuiError('invalid', `${whose}: the text is over 1 MiB long`);
  let value: unknown;
  try {
    value = yaml().parse(text) ?? {};
  } catch (error) {
    const [first = ''] = messageOf(error).split('\n');
    throw new McptuiError('invalid', `${whose}: not YAML: ${first}`, { cause: error });
  }
  return objectAt(whose, 'the text', value);
}

function objectAt(whose: string, what: string, value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    // An empty field in YAML is null, which means that it was left out.
    return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null));
  }
  throw new McptuiError('invalid', `${whose}: ${what} is not a list of \`field: value\``);
}

/** `before`: whose values that are not shown are kept. */
export function readSource(whose: string, before: Source, value: unknown): unknown {
  const fields = objectAt(whose, 'source', value ?? {});
  switch (fields['kind']) {
    case 'url': {
      const old = before.kind === 'url' ? before : undefined;
      const oauth = fields['oauth'] === undefined ? undefined : objectAt(whose, 'oauth', fields['oauth']);
      return defined({
        ...fields,
        url: readUrl(whose, fields['url'], old?.url),
        headers: readEntries(whose, 'headers', fields['headers'], old?.headers ?? [], headerEntry),
        oauth: oauth && { ...oauth, ...references(oauth) },
      });
    }
    case 'package':
      return { ...fields, args: keptWords(fields['args'], before.kind === 'package' ? before.args : []) };
    default: {
      const old = before.kind === 'image' || before.kind === 'command' ? before.command : [];
      return { ...fields, command: keptWords(fields['command'], old) };
    }
  }
}

function references(oauth: Fields): Fields {
  const read = (field: string): Fields => {
    const text = oauth[field];
    const secret = typeof text === 'string' ? wholeReference(`oauth ${field}`, text) : undefined;
    return secret === undefined ? {} : { [field]: secret };
  };
  return { ...read('clientSecret'), ...read('privateKey') };
}

export function readEntries<T extends Entry>(
  whose: string,
  field: string,
  value: unknown,
  before: readonly T[],
  read: (name: string, text: string) => T,
): readonly T[] {
  // Here an empty value is one that is empty on purpose.
  if (typeof value === 'object' && value !== null && Array.isArray(value)) {
    throw new McptuiError('invalid', `${whose}: ${field} is a list of \`NAME: value\` without dashes`);
  }
  return Object.entries(value ?? {}).map(([key, given]): T => {
    const old = before.find((entry) => entry.name === key);
    if (typeof given === 'object' && given !== null) {
      throw new McptuiError('invalid', `${whose}: ${field} ${key} is no text`);
    }
    const text = given === null ? '' : String(given);
    if (old !== undefined && (text === entryText(old) || text === shownEntryText(old))) return old;
    if (text !== SET) return read(key, text);
    throw new McptuiError('invalid', `${whose}: ${field} ${key}: ${SET} keeps a value, and there is none yet`);
  });
}

function readUrl(whose: string, value: unknown, before: string | undefined): unknown {
  if (before !== undefined && value === shownUrlText(before)) return before;
  if (typeof value !== 'string' || !value.includes(LEFT_OUT)) return value;
  throw new McptuiError('invalid', `${whose}: url: ${LEFT_OUT} stands for a part that is not shown`, {
    hint: 'write the URL whole; secrets in it as secret:file/NAME',
  });
}

/** Words that were shown with something left out, and come back as they were shown, are what they were. */
function keptWords(value: unknown, before: readonly string[]): unknown {
  if (!Array.isArray(value)) return value;
  const shown = shownArguments(before);
  const free = new Set(before.keys());
  return value.map((word: unknown) => {
    if (typeof word === 'number' || typeof word === 'boolean') return String(word);
    const index = shown.findIndex((text, at) => free.has(at) && text === word);
    if (index === -1) return word;
    free.delete(index);
    return before[index];
  });
}
