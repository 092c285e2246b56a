/** Puts what servers say of themselves into sections, one a server. Pure. */
import { SEPARATOR } from '../lists/qualified-name.ts';
import type { ServerWords } from '../types/catalog.ts';
import type { Project } from './project.ts';

/** Of one server's instructions. */
const MAX_CHARS = 8 * 1024;

/** In the project's order; of servers that say something. */
export function serverWords({ pools }: Pick<Project, 'pools'>): readonly ServerWords[] {
  return pools.flatMap((pool) => {
    const words = pool.info?.instructions;
    if (words === undefined || words.trim() === '') return [];
    const prefix = pool.routed?.prefix ?? pool.name;
    const heading = prefix === '' ? `## ${pool.name}` : `## ${pool.name} (its tools begin with ${prefix}${SEPARATOR})`;
    return [{ server: pool.name, text: `${heading}\n\n${words.slice(0, MAX_CHARS)}` }];
  });
}
