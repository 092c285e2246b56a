/** Makes and reads the URIs under which agents read prompts, skills and their own proposals. Pure. */
import type { Place } from '../refs.ts';
import { refOf } from '../refs.ts';

export type BuiltinUri =
  | { readonly kind: 'prompt'; readonly ref: string }
  | { readonly kind: 'skill'; readonly ref: string; readonly path: string }
  | { readonly kind: 'proposal'; readonly id: string };

function base(place: Place): string {
  if (place.scope === 'project') return `mcptui://projects/${place.project ?? ''}/`;
  return place.scope === 'agent' ? `mcptui://agents/${place.agent ?? ''}/` : 'mcptui://';
}

export function promptUri(place: Place, name: string): string {
  return `${base(place)}prompts/${name}`;
}

export function skillUri(place: Place, name: string, path: string): string {
  return `${base(place)}skills/${name}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

export function proposalUri(id: string): string {
  return `mcptui://proposals/${id}`;
}

/** Undefined when the URI is none of these. */
export function parseUri(uri: string): BuiltinUri | undefined {
  const proposal = /^mcptui:\/\/proposals\/(p[0-9a-z]+)$/.exec(uri)?.[1];
  if (proposal !== undefined) return { kind: 'proposal', id: proposal };
  const found = /^mcptui:\/\/(?:(projects|agents)\/([a-z0-9-]+)\/)?(prompts|skills)\/([a-z0-9-]+)(?:\/(.+))?$/.exec(
    uri,
  );
  const [, owners, owner, kind, name, path] = found ?? [];
  if (name === undefined) return undefined;
  const place: Place =
    owners === 'projects'
      ? { scope: 'project', project: owner }
      : owners === 'agents'
        ? { scope: 'agent', agent: owner }
        : { scope: 'global' };
  const ref = refOf(place, name);
  if (kind === 'prompts') return path === undefined ? { kind: 'prompt', ref } : undefined;
  const plain = path === undefined ? undefined : decoded(path);
  return plain === undefined ? undefined : { kind: 'skill', ref, path: plain };
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
