/** Lists what a definition hands to a server, by name and origin; never a value, literals included. */
import { mayBeAway } from '../runtimes/registry.ts';
import type { SecretRef } from '../../store/schema/remote.ts';
import { keyOf } from '../secrets/resolver.ts';
import { refsIn } from '../secrets/references.ts';
import type { Server } from '../../store/schema/server.ts';

export interface GivenValue {
  /** As resolving names it. */
  readonly name: string;
  /** For people. */
  readonly shown: string;
  readonly from: string;
  /** Of the secrets in it: `file/NAME`. */
  readonly keys: readonly string[];
}

export function givenValues({ env, source, runtime, secretDelivery }: Server): readonly GivenValue[] {
  const { headers = [], url = '' } = source.kind === 'url' ? source : {};
  const isSeenOutside = (entry: Entry): boolean =>
    secretDelivery === 'env' &&
    mayBeAway(runtime) &&
    keysOf(entry).length > 0 &&
    !('as' in entry && entry.as === 'file');
  const inUrl = refsIn(url, 'url');
  return [
    ...(inUrl.length === 0 ? [] : [{ name: 'url', shown: 'url', from: secretsText(inUrl), keys: inUrl.map(keyOf) }]),
    ...env.map((entry) => ({
      name: entry.name,
      shown: entry.name,
      from: `${originOf(entry)}${isSeenOutside(entry) ? ', which docker inspect shows' : ''}`,
      keys: keysOf(entry),
    })),
    ...headers.map((entry) => ({
      name: entry.name,
      shown: `header ${entry.name}`,
      from: originOf(entry),
      keys: keysOf(entry),
    })),
  ];
}

type Entry =
  | { readonly value: string }
  | { readonly secret: SecretRef; readonly as?: 'file' | undefined }
  | { readonly template: string };

function keysOf(entry: Entry): readonly string[] {
  if ('value' in entry) return [];
  return ('secret' in entry ? [entry.secret] : refsIn(entry.template, 'text')).map(keyOf);
}

function originOf(entry: Entry): string {
  if ('secret' in entry) return `${secretsText([entry.secret])}${entry.as === 'file' ? ', as a file' : ''}`;
  if ('template' in entry) return `text with ${secretsText(refsIn(entry.template, 'text'))}`;
  return entry.value === '' ? 'empty on purpose' : 'literal';
}

function secretsText(refs: readonly SecretRef[]): string {
  return `secret ${[...new Set(refs.map(({ backend, path }) => `${backend}/${path}`))].join(', ')}`;
}
