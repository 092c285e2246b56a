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

interface Gone {
  readonly noun: 'project' | 'agent';
  readonly name: string;
}

function goneOf(from: Reads, { project, agent }: Placed): Gone | undefined {
  if (project !== undefined && !BUILT_IN_PROJECTS.includes(project) && !isNamed(from, 'projects', project)) {
    return { noun: 'project', name: project };
  }
  return agent !== undefined && !isNamed(from, 'agents', agent) ? { noun: 'agent', name: agent } : undefined;
}

/** What is gone, in words; undefined while all is there. */
export function placeGone(from: Reads, place: Placed): string | undefined {
  const gone = goneOf(from, place);
  return gone === undefined ? undefined : `${gone.noun} ${gone.name} is deleted`;
}

function isNamed(from: Reads, kind: 'projects' | 'agents', name: string): boolean {
  return from
    .collection(kind)
    .all()
    .some((row) => row.name === name);
}

/** @throws McptuiError `conflict` naming what has to be made again first */
export function assertPlace(from: Reads, place: Placed): void {
  const gone = goneOf(from, place);
  if (gone === undefined) return;
  const { noun, name } = gone;
  throw new McptuiError('conflict', `${noun} ${name} is deleted`, {
    hint: `create it first: mcptui create ${noun} ${name}`,
  });
}
