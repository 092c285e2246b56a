/** Prints how the engine at a socket looks to the user that runs this. */
import { systemClock } from '../../../src/kernel/clock.ts';
import { DockerClient, DockerUnreachable } from '../../../src/engine/runtimes/docker/docker-client.ts';

const client = new DockerClient(systemClock, { DOCKER_HOST: `unix://${process.argv[2] ?? ''}` });
try {
  await client.call((docker) => docker.version(), { ms: 2_000 });
  process.stdout.write('ok');
} catch (error) {
  process.stdout.write(error instanceof DockerUnreachable ? error.state.kind : String(error));
}
process.exit(0);
