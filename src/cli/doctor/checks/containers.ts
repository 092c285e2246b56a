/** Judges the container engine: where it is, whether it answers, and who needs it. Pure. */
import type { RuntimeState } from '../../../engine/index.ts';
import { fail, listed, ok, warn, type Finding } from '../finding.ts';

export interface ContainerFacts {
  /** `unix:///var/run/docker.sock` */
  readonly where: string;
  readonly state: RuntimeState;
  /** The next step, where it is away. */
  readonly step?: string | undefined;
  readonly isRootless?: boolean | undefined;
  /** What the running engine sees when that differs from what is seen here. */
  readonly engineSees?: RuntimeState | undefined;
  /** Servers that run in containers. */
  readonly servers: readonly string[];
}

const CHECK = 'containers';

export function checkContainers(facts: ContainerFacts): readonly Finding[] {
  const { where, state, step, isRootless, servers, engineSees } = facts;
  if (state.kind === 'unused') return [ok(CHECK, state.reason)];
  if (state.kind === 'ok') {
    const rootless = isRootless === true ? ', rootless' : '';
    const found = ok(CHECK, `version ${state.version} at ${where}${rootless}`);
    if (engineSees === undefined || engineSees.kind === 'ok' || engineSees.kind === 'unused') return [found];
    return [found, fail(CHECK, `the running engine does not reach it: ${engineSees.reason}`, againWords(facts))];
  }
  const needed = servers.length === 0 ? 'no server needs it' : `needed by ${listed(servers)}`;
  const text = `${state.reason}; ${needed}`;
  if (servers.length > 0) return [fail(CHECK, text, step)];
  return state.kind === 'absent' ? [ok(CHECK, text)] : [warn(CHECK, text, step)];
}

function againWords({ where }: ContainerFacts): string {
  return `start it again with DOCKER_HOST=${where}; as a service: mcptui service install`;
}
