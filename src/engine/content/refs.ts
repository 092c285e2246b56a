/** Makes and reads references of prompts, personalities and skills, and decides who may bind what. Pure. */
import { McptuiError } from '../../kernel/errors.ts';
import { noSuch } from '../../kernel/no-such.ts';
import type { ContentKind, Scope } from '../../store/schema/content.ts';

/** Where a resource belongs. */
export interface Place {
  readonly scope: Scope;
  readonly project?: string | undefined;
  readonly agent?: string | undefined;
}

export interface Placed extends Place {
  readonly id: string;
  readonly name: string;
}

/** `style`, `project:ops/deploy-rules`, `agent:reviewer/howto`. */
export function refOf({ scope, project, agent }: Place, name: string): string {
  if (scope === 'project') return `project:${project ?? ''}/${name}`;
  return scope === 'agent' ? `agent:${agent ?? ''}/${name}` : name;
}

/** A personality always belongs to an agent: `reviewer/careful`. */
export function personalityRef(agent: string, name: string): string {
  return `${agent}/${name}`;
}

export function kindRef(kind: ContentKind, row: Placed): string {
  return kind === 'personality' ? personalityRef(row.agent ?? '', row.name) : refOf(row, row.name);
}

/** Place and name in a reference of a prompt or skill; undefined when it is none. */
export function parseRef(ref: string): (Place & { readonly name: string }) | undefined {
  const found = /^(?:(project|agent):([a-z0-9-]+)\/)?([a-z0-9-]+)$/.exec(ref);
  const [, scope, owner, name] = found ?? [];
  if (name === undefined) return undefined;
  if (scope === 'project') return { scope, project: owner, name };
  return scope === 'agent' ? { scope, agent: owner, name } : { scope: 'global', name };
}

/**
 * The row that `text` means: an id, a reference, or a name that only one row has.
 * @throws McptuiError `not-found`; `invalid` when several have the name, with their references
 */
export function findByRef<T extends Placed>(kind: ContentKind, rows: readonly T[], text: string): T {
  const exact = rows.find((row) => row.id === text || kindRef(kind, row) === text);
  if (exact !== undefined) return exact;
  const named = rows.filter((row) => row.name === text);
  const [only] = named;
  if (named.length === 1 && only !== undefined) return only;
  if (named.length > 1) {
    const refs = named.map((row) => kindRef(kind, row)).join(', ');
    throw new McptuiError('invalid', `${named.length} ${kind}s are named ${text}`, { hint: `name one of ${refs}` });
  }
  const known = rows.flatMap((row) => [row.name, kindRef(kind, row)]);
  throw noSuch(kind, text, known, `mcptui get ${pluralOf(kind)}${kind === 'personality' ? '' : ' --all'}`);
}

export function pluralOf(kind: ContentKind): string {
  return kind === 'personality' ? 'personalities' : `${kind}s`;
}

/** Why a personality of this agent, which works in `project`, cannot bind a prompt of this place; undefined when it can. */
export function bindRefusal(place: Place, agent: string, project: string): string | undefined {
  if (place.scope === 'agent' && place.agent !== agent) return `SCOPE it belongs to agent ${place.agent ?? ''}`;
  if (place.scope === 'project' && place.project !== project) {
    return `SCOPE it belongs to project ${place.project ?? ''}, and agent ${agent} works in ${project}`;
  }
  return undefined;
}
