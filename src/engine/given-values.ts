/** What a definition hands to a server, by name and origin; never a value, literals included. */
import type { SecretRef } from '../store/schema/remote.ts';
import type { Server } from '../store/schema/server.ts';

export interface GivenValue {
  /** As resolving names it. */
  readonly name: string;
  /** For people. */
  readonly shown: string;
  readonly from: string;
}

export function givenValues({ env, source }: Server): readonly GivenValue[] {
  const headers = source.kind === 'url' ? source.headers : [];
  return [
    ...env.map((entry) => ({ name: entry.name, shown: entry.name, from: originOf(entry) })),
    ...headers.map((entry) => ({ name: entry.name, shown: `header ${entry.name}`, from: originOf(entry) })),
  ];
}

function originOf(entry: { readonly value: string } | { readonly secret: SecretRef }): string {
  if ('secret' in entry) return `secret ${entry.secret.backend}/${entry.secret.path}`;
  return entry.value === '' ? 'empty on purpose' : 'literal';
}
