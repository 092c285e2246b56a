/** Finds the instances that an operator means by a name. */
import { McptuiError } from '../../kernel/errors.ts';
import { noSuch } from '../../kernel/no-such.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import { programName } from '../models/program-names.ts';
import type { Fleet } from './fleet.ts';
import type { LiveInstance } from './live-instance.ts';

export interface Known {
  readonly db: Database<Shape>;
  readonly fleet: Fleet;
}

/**
 * By instance id or name; a server's name means all its instances, and a managed model's its program, where no server is
 * called so. `instance/NAME`, `server/NAME` and `model/NAME` say which is meant.
 * @throws McptuiError `conflict` when a bare name means both
 */
export function instancesNamed({ db, fleet }: Known, name: string): readonly LiveInstance[] {
  const [, kind, bare = name] = /^(instance|server|model)\/(.*)$/s.exec(name) ?? [];
  const all = fleet.all();
  const ofProgram = all.filter((live) => fleet.serverOf(live)?.name === programName(bare));
  if (kind === 'model' && ofProgram.length > 0) return ofProgram;
  const isInstance = kind === undefined || kind === 'instance';
  const one = isInstance ? all.filter((live) => live.id === bare || live.name === bare) : [];
  const ofServer = kind === 'instance' ? [] : all.filter((live) => fleet.serverOf(live)?.name === bare);
  const server = db
    .collection('servers')
    .all()
    .find((row) => row.name === bare);
  const [instance] = one;
  if (kind === undefined && server !== undefined && instance !== undefined && instance.id !== bare) {
    const owner = fleet.serverOf(instance)?.name ?? '?';
    throw new McptuiError('conflict', `${name} is a server, and an instance of server ${owner}`, {
      hint: `say server/${name} or instance/${name}`,
    });
  }
  const found = one.length > 0 ? one : ofServer;
  if (found.length > 0) return found;
  if (kind === undefined && server === undefined && ofProgram.length > 0) return ofProgram;
  if (kind === 'instance' || kind === 'model' || server === undefined) {
    const what = kind ?? 'instance or server';
    const names = all.flatMap((live) => [live.name, fleet.serverOf(live)?.name ?? live.name]);
    throw noSuch(what, bare, names, 'mcptui get instances');
  }
  if (server.replicas === 0) throw new McptuiError('conflict', `server ${bare} has 0 replicas: there is no instance`);
  throw new McptuiError('conflict', `server ${bare} has no instance yet; try again in a moment`);
}

/** @throws McptuiError `invalid` when a server of this name has several, `not-found`, `conflict` */
export function instanceNamed(known: Known, name: string): LiveInstance {
  const found = instancesNamed(known, name);
  const [first] = found;
  if (first === undefined || found.length > 1) {
    throw new McptuiError('invalid', `server ${name} has ${found.length} instances`, {
      hint: `name one of ${found.map((live) => live.name).join(', ')}`,
    });
  }
  return first;
}
