/** Writes values of a definition as the command line takes them, and reads them back; leaves out what only looks like a secret. Pure. */
import { McptuiError } from '../../kernel/errors.ts';
import { REFERENCE_FORMS, wholeReferenceIn } from '../../kernel/secret-reference.ts';
import { parseUrl } from '../../kernel/url.ts';
import type { SecretRef } from '../../store/schema/remote.ts';
import type { EnvEntry, Server } from '../../store/schema/server.ts';
import { namesSecret } from '../../kernel/secret-names.ts';
import { mapRefs, refsIn } from '../secrets/references.ts';

/** Stands for a value that is not shown; given back, the value is kept. */
export const SET = '(set)';
/** Stands for the same in a part of a URL. */
export const LEFT_OUT = '…';

type HeaderEntry = Extract<Server['source'], { kind: 'url' }>['headers'][number];
export type Entry = EnvEntry | HeaderEntry;

/** Behind a reference: a container gets it as a file. */
const AS_FILE = ' as file';

/** Random text is at least so long; words with a digit that are as long are left out, too. */
const MIN_RANDOM_CHARS = 20;

/** The whole value: `debug`, `secret:file/token`, `secret:file/token as file`, `Bearer secret:file/token`, `user:{secret:file/password}`. */
export function entryText(entry: Entry): string {
  if ('value' in entry) return entry.value;
  if ('template' in entry) return entry.template;
  const end = 'as' in entry && entry.as === 'file' ? AS_FILE : '';
  return `${'prefix' in entry ? (entry.prefix ?? '') : ''}${secretText(entry.secret)}${end}`;
}

export function secretText({ backend, path }: SecretRef): string {
  return `secret:${backend}/${path}`;
}

/** What stands under the name; `(set)` for what looks like a secret and is none of ours. */
export function shownEntryText(entry: Entry): string {
  const text = entryText(entry);
  if ('secret' in entry || text === '') return text;
  const bare = mapRefs(text, 'text', () => '');
  const isNamed = namesSecret(entry.name) && bare === text;
  return isNamed || looksSecret(bare) || hasUser(bare) ? SET : text;
}

/** The URL with `…` for what of it looks like a secret. */
export function shownUrlText(text: string): string {
  const references: string[] = [];
  const bare = mapRefs(text, 'url', (reference) => `mcptuiref${references.push(reference) - 1}x`);
  const url = parseUrl(bare);
  if (url === undefined) return LEFT_OUT;
  let leftOut = url.username !== '' || url.password !== '';
  const part = (value: string, isSecret: boolean): string => {
    leftOut ||= isSecret;
    return isSecret ? LEFT_OUT : value;
  };
  const path = url.pathname.split('/').map((segment) => part(segment, looksSecret(segment)));
  const query = [...url.searchParams].map(([name, value]) => {
    const isReference = /^mcptuiref\d+x$/.test(value);
    return `${name}=${part(value, !isReference && (namesSecret(name) || looksSecret(value)) && value !== '')}`;
  });
  if (!leftOut) return text;
  const shown = `${url.protocol}//${url.host}${path.join('/')}${query.length === 0 ? '' : `?${query.join('&')}`}`;
  return references.reduce((sum, reference, index) => sum.replace(`mcptuiref${index}x`, () => reference), shown);
}

function looksSecret(text: string): boolean {
  return text
    .split(/[^A-Za-z0-9_+=~-]/)
    .some((word) => word.length >= MIN_RANDOM_CHARS && /\d/.test(word) && /[A-Za-z]/.test(word));
}

/** `postgres://ann:secret@db`. */
function hasUser(text: string): boolean {
  const start = text.indexOf('://');
  if (start === -1) return false;
  const [authority = ''] = text.slice(start + 3).split(/[/?#\s]/, 1);
  return authority.includes('@') && authority.includes(':');
}

/** An entry of the environment. @throws McptuiError `invalid` for a reference that is none */
export function envEntry(name: string, text: string): EnvEntry {
  const isFile = text.startsWith('secret:') && text.endsWith(AS_FILE);
  const secret = wholeReference(`env ${name}`, isFile ? text.slice(0, -AS_FILE.length) : text);
  if (secret !== undefined) return isFile ? { name, secret, as: 'file' } : { name, secret };
  return isTemplate(text) ? { name, template: text } : { name, value: text };
}

/** A header. @throws McptuiError `invalid` for a reference that is none */
export function headerEntry(name: string, text: string): HeaderEntry {
  const space = text.indexOf(' ');
  const prefix = space > 0 && text.startsWith('secret:', space + 1) ? text.slice(0, space + 1) : '';
  const secret = wholeReference(`header ${name}`, text.slice(prefix.length));
  if (secret !== undefined) return prefix === '' ? { name, secret } : { name, prefix, secret };
  return isTemplate(text) ? { name, template: text } : { name, value: text };
}

/** @throws McptuiError `invalid` for a text that is meant as a reference, but is none */
export function wholeReference(what: string, text: string): SecretRef | undefined {
  const whole = wholeReferenceIn(text);
  if (whole !== undefined) return whole;
  if (!text.startsWith('secret:')) return undefined;
  throw new McptuiError('invalid', `${what}: ${JSON.stringify(text.slice(0, 64))} names no secret`, {
    hint: REFERENCE_FORMS,
  });
}

function isTemplate(text: string): boolean {
  return refsIn(text, 'text').length > 0 && !/\$\{secret:/.test(text);
}
