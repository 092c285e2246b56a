/** Judges instances by their last failure and their health. Pure. */
import type { InstanceView } from '../../../engine/index.ts';
import { plural } from '../../../text/format.ts';
import { fail, ok, warn, type Finding } from '../finding.ts';

export type JudgedInstance = Pick<
  InstanceView,
  'name' | 'phase' | 'health' | 'healthReason' | 'failure' | 'held' | 'desired' | 'invalidLines'
>;

export interface ServerFacts {
  readonly servers: number;
  readonly instances: readonly JudgedInstance[];
  /** An engine runs; else only what was kept of the last one is known. */
  readonly isLive: boolean;
}

export function checkServers({ servers, instances, isLive }: ServerFacts): readonly Finding[] {
  if (servers === 0 && instances.length === 0)
    return [ok('servers', 'none yet: mcptui import, or mcptui create server')];
  const bad = instances.flatMap((instance) => badOf(instance) ?? []);
  const running = instances.filter(({ phase }) => phase === 'running').length;
  const stopped = instances.filter(({ desired }) => desired === 'stopped').length;
  const count = `${plural(servers, 'server')}, ${plural(instances.length, 'instance')}`;
  const state = isLive
    ? `${running} running${stopped === 0 ? '' : `, ${stopped} stopped on purpose`}`
    : 'no engine runs';
  return bad.some(({ state: worst }) => worst === 'fail') ? bad : [...bad, ok('servers', `${count}: ${state}`)];
}

function badOf(instance: JudgedInstance): Finding | undefined {
  const { name, phase, failure, held, health, healthReason, desired } = instance;
  if (desired === 'stopped') return undefined;
  if (failure !== undefined) {
    const wait = held ? `; held until mcptui retry ${name}` : '';
    return fail(
      'servers',
      `${name} ${failure.code}: ${failure.message}${wait}`,
      failure.hint ?? `mcptui why instance ${name}`,
    );
  }
  if (held) return warn('servers', `${name} is held: it is not tried again`, `mcptui retry ${name}`);
  if (phase !== 'running') return undefined;
  const why = healthReason === undefined ? '' : `: ${healthReason}`;
  if (health === 'unhealthy') return fail('servers', `${name} is unhealthy${why}`, `mcptui logs ${name}`);
  if (health === 'degraded') return warn('servers', `${name} is degraded${why}`, `mcptui describe instance ${name}`);
  return undefined;
}
