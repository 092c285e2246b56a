/** Compares two definitions of a server: which fields differ, and what each difference needs. Pure. */
import type { Server } from '../../store/schema/server.ts';
import { parseUrl } from '../../kernel/url.ts';
import { mayBeAway } from '../runtimes/registry.ts';
import { filled } from '../secrets/references.ts';
import { fieldsOf, type ChangeEffect, type Field } from './definition-fields.ts';
import { isolationOf } from './isolation.ts';

export interface FieldChange {
  /** As an operator names it: `env LOG_LEVEL`, `url`, `probe interval`. */
  readonly field: string;
  /** Without values that are not shown; undefined = it was not there. */
  readonly before?: string;
  readonly after?: string;
  readonly effect: ChangeEffect;
}

/** The login of a remote server is kept for its origin; another one is never shown it. */
export type LoginEffect = 'kept' | 'again';

/** In the order of the definition. */
export function definitionChanges(before: Server, after: Server): readonly FieldChange[] {
  const old = new Map(fieldsOf(before).map((field) => [field.name, field]));
  const fresh = new Map(fieldsOf(after).map((field) => [field.name, field]));
  const restarts = needsRestart(before, after);
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((name): FieldChange[] => {
    const left = old.get(name);
    const right = fresh.get(name);
    if (left?.key === right?.key) return [];
    const effect = effectOf(right ?? left, restarts);
    return [{ field: name, ...shownOf('before', left), ...shownOf('after', right, left), effect }];
  });
}

function effectOf(field: Field | undefined, restarts: boolean): ChangeEffect {
  const effect = field?.effect ?? 'now';
  return effect === 'restart' && !restarts ? 'start' : effect;
}

function shownOf<Side extends string>(
  side: Side,
  field: Field | undefined,
  other?: Field,
): { readonly [Name in Side]?: string } {
  if (field === undefined) return {};
  const isHiddenChange = other !== undefined && other.shown === field.shown;
  return { [side]: isHiddenChange ? `${field.shown}, another value` : field.shown } as {
    readonly [Name in Side]?: string;
  };
}

/** What runs with the one definition does not do what the other one says. */
export function needsRestart(before: Server, after: Server): boolean {
  return runningKey(before) !== runningKey(after);
}

/** All that an instance is started with. */
function runningKey(server: Server): string {
  const { source, runtime, env, limits, secretDelivery, network } = server;
  const container = mayBeAway(runtime) ? [limits, secretDelivery, network] : [];
  const variables = runtime === 'remote' ? [] : env.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return JSON.stringify([source, runtime, variables, isolationOf(server), container]);
}

/** Undefined for a server that needs none, before or after. */
export function loginEffect(before: Server, after: Server): LoginEffect | undefined {
  if (before.source.kind !== 'url' || after.source.kind !== 'url') return undefined;
  const { headers, oauth, url } = after.source;
  if (oauth === undefined && headers.some(({ name }) => name.toLowerCase() === 'authorization')) return undefined;
  if (before.source.url === url) return undefined;
  return originOf(before.source.url) === originOf(url) ? 'kept' : 'again';
}

/** Scheme, host and port of a definition's URL, which hold no secrets. */
export function originOf(url: string): string | undefined {
  return parseUrl(filled(url, 'url', () => 'x'))?.origin;
}
