/** Looks at the container engine once, for whoever runs no engine of its own: where it is, how it is, and whether it is rootless. */
import type { Clock } from '../../../kernel/clock.ts';
import { defined } from '../../../kernel/defined.ts';
import type { RuntimeState } from '../../ports.ts';
import { runtimeTable } from '../registry.ts';
import { DockerClient, DockerUnreachable } from './docker-client.ts';
import { DockerMonitor } from './docker-monitor.ts';

export interface DockerLook {
  readonly where: string;
  readonly state: RuntimeState;
  /** What mends it, where it is away. */
  readonly step?: string;
  /** Absent where it does not say. */
  readonly isRootless?: boolean;
}

const INFO_MS = 3_000;

export async function lookAtDocker(
  clock: Clock,
  env: Readonly<Record<string, string | undefined>>,
): Promise<DockerLook> {
  const client = new DockerClient(clock, env);
  const nothing = (): Promise<void> => Promise.resolve();
  const monitor = new DockerMonitor({ client, clock, folderId: '', resync: nothing, hint: () => undefined });
  try {
    await monitor.ask();
    const isRootless = await rootless(client);
    return { where: client.where, state: monitor.state(), ...defined({ isRootless }) };
  } catch (error) {
    if (!(error instanceof DockerUnreachable)) throw error;
    const { state, failure } = error;
    const said = 'hint' in failure ? failure.hint : undefined;
    return { where: client.where, state, ...defined({ step: said ?? runtimeTable.docker.outside?.steps[state.kind] }) };
  } finally {
    monitor.close();
  }
}

async function rootless(client: DockerClient): Promise<boolean | undefined> {
  try {
    const options: unknown = (await client.call((docker) => docker.info(), { ms: INFO_MS })).SecurityOptions;
    return Array.isArray(options)
      ? options.some((one) => typeof one === 'string' && one === 'name=rootless')
      : undefined;
  } catch {
    return undefined;
  }
}
