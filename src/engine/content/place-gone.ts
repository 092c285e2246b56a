/** Judges whether the project or the agent that a content belongs to is still there. */
import { McptuiError } from '../../kernel/errors.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database, Transaction } from '../../store/types.ts';
import { BUILT_IN_PROJECTS } from './built-in-projects.ts';

type Reads = Pick<Database<Shape>, 'collection'> | Transaction<Shape>;

export interface Placed {
  readonly project?: string | undefined;
  readonly agent?: string | undefined;
}

/** What is gone, in words; undefined while all is there. */
export function placeGone(from: Reads, { project, agent }: Placed): string | undefined {
  if (project !== undefined && !BUILT_IN_PROJECTS.includes(project) && !isNamed(from, 'projects', project))
    return `project ${project} is deleted`;
  if (agent !== undefined && !isNamed(from, 'agents', agent)) return `agent ${agent} is deleted`;
  return undefined;
}

function isNamed(from: Reads, kind: 'projects' | 'agents', name: string): boolean {
  return from
    .collection(kind)
    .all()
    .some((row) => row.name === name);
}

/** @throws McptuiError `conflict` naming what has to be made again first */
export function assertPlace(from: Reads, place: Placed): void {
  const gone = placeGone(from, place);
  if (gone === undefined) return;
  const [what = '', name = ''] = gone.split(' ');
  throw new McptuiError('conflict', gone, { hint: `create it first: mcptui create ${what} ${name}` });
}
