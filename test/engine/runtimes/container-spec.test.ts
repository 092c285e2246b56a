/** What the container engine is told of a container. */
import { describe, expect, it } from 'vitest';
import { atPort, programOf } from '../../../src/engine/models/program.ts';
import { containerSpec } from '../../../src/engine/runtimes/docker/container-spec.ts';
import type { Server } from '../../../src/store/schema/server.ts';
import { aServer } from '../../support/builders/builders.ts';
import { aManagedModel } from '../../support/builders/models.ts';

const image = {
  id: 'sha256:1',
  user: '1000',
  volumes: [],
  command: { entrypoint: [], arguments: [] },
} as unknown as Parameters<typeof containerSpec>[0]['image'];

function specOf(server: Server, port?: number): ReturnType<typeof containerSpec> {
  const request = { instanceId: 'ins_1', instanceName: `${server.name}-1`, generation: 1, server, env: {} };
  const placed = port === undefined ? request : { ...request, port };
  return containerSpec({ request: placed, folderId: 'folder-1', image, user: '1000' });
}

describe('containerSpec', () => {
  it('publishes the port of a model to this machine alone', () => {
    const source = { kind: 'image', image: 'llm:1', command: ['--port', '{port}'] };
    const program = programOf(aManagedModel({ source, runtime: 'docker' }));
    if (program === undefined) throw new Error('no program');
    const spec = specOf(atPort(program, 4_711), 4_711);
    expect(spec).toMatchObject({ name: 'mcptui-folder-1-llm.small-1-g1', Cmd: ['--port', '4711'] });
    expect(spec.ExposedPorts).toEqual({ '4711/tcp': {} });
    expect(spec.HostConfig).toMatchObject({
      NetworkMode: 'bridge',
      PortBindings: { '4711/tcp': [{ HostIp: '127.0.0.1', HostPort: '4711' }] },
      ReadonlyRootfs: true,
      Memory: 8_192 * 1024 * 1024,
    });
  });

  it('publishes nothing of a server', () => {
    const spec = specOf(aServer({ source: { kind: 'image', image: 'fs:1' }, runtime: 'docker' }));
    expect(spec).toMatchObject({ NetworkDisabled: true });
    expect(spec.ExposedPorts).toBeUndefined();
    expect(spec.HostConfig?.PortBindings).toBeUndefined();
  });
});
