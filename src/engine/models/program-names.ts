/** Names what has to do with programs of models, so that they are told from servers. Pure. */
import type { Server } from '../../store/schema/server.ts';

/** No server's name has a dot. */
const PREFIX = 'llm.';
/** Variables that the engine sets: the port, and the model's key where it has one. */
export const PORT_VARIABLE = 'PORT';
export const KEY_VARIABLE = 'API_KEY';
export const PROBE_TARGET = 'GET /v1/models';
/** By whom what nobody asks is stopped. */
export const IDLE = 'idle';

/** Of the program as instances, logs and secrets name it; `small` → `llm.small`. */
export function programName(model: string): string {
  return `${PREFIX}${model}`;
}

/** The model whose program this is; undefined for a server. */
export function modelOfProgram(name: string): string | undefined {
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : undefined;
}

export function isProgram({ name }: Pick<Server, 'name'>): boolean {
  return modelOfProgram(name) !== undefined;
}

/** What a probe of it asks. */
export function probeTarget(server: Pick<Server, 'name' | 'health'>): string {
  return isProgram(server) ? PROBE_TARGET : (server.health.tool ?? 'tools/list');
}
