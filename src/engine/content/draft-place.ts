/** Decides where a new resource belongs, from what was named, and where a deleted one was, from its reference. */
import { McptuiError } from '../../kernel/errors.ts';
import type { ContentKind } from '../../store/schema/content.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database, Transaction } from '../../store/types.ts';
import { BUILT_IN_PROJECTS } from './built-in-projects.ts';
import type { ContentDraft } from './changes.ts';
import { projectNamed } from './places.ts';
import type { Place } from './refs.ts';
import type { Past } from './revisions.ts';

type Reads = Pick<Database<Shape>, 'collection'> | Transaction<Shape>;

/** Where a deleted resource was, from its reference. */
export function formerPlace({ kind, ref }: Past): Place & { readonly name: string } {
  const [, owner, name] = /^(?:project:|agent:)?(?:([^/]+)\/)?([^/]+)$/.exec(ref) ?? [];
  if (kind === 'personality' || ref.startsWith('agent:')) return { scope: 'agent', agent: owner, name: name ?? ref };
  if (ref.startsWith('project:')) return { scope: 'project', project: owner, name: name ?? ref };
  return { scope: 'global', name: ref };
}

/** @throws McptuiError `invalid` for project and agent together, `not-found` for one that is not there */
export function placeOf(tx: Reads, kind: ContentKind, draft: ContentDraft): Place {
  const { project, agent, name } = draft;
  if (project !== undefined && agent !== undefined) {
    throw new McptuiError('invalid', `${kind} ${name}: give a project or an agent, not both`);
  }
  const scope = draft.scope ?? (project !== undefined ? 'project' : agent !== undefined ? 'agent' : 'global');
  if ((scope === 'project') !== (project !== undefined) || (scope === 'agent') !== (agent !== undefined)) {
    throw new McptuiError('invalid', `${kind} ${name}: scope ${scope} does not go with ${placeWords(draft)}`);
  }
  if (kind === 'personality' && agent === undefined) {
    throw new McptuiError('invalid', `personality ${name} needs an agent`, { hint: '--agent NAME' });
  }
  if (project !== undefined && !BUILT_IN_PROJECTS.includes(project)) projectNamed(tx, project);
  if (
    agent !== undefined &&
    !tx
      .collection('agents')
      .all()
      .some((row) => row.name === agent)
  ) {
    throw new McptuiError('not-found', `no agent ${agent}`, { hint: `mcptui create agent ${agent}` });
  }
  return { scope, ...(project === undefined ? {} : { project }), ...(agent === undefined ? {} : { agent }) };
}

function placeWords({ project, agent }: ContentDraft): string {
  if (project !== undefined) return `project ${project}`;
  return agent === undefined ? 'neither project nor agent' : `agent ${agent}`;
}
