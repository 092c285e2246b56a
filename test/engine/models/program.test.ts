/** The definition that a managed model's program is run by. */
import { describe, expect, it } from 'vitest';
import { modelOfProgram, probeTarget } from '../../../src/engine/models/program-names.ts';
import { atPort, programOf } from '../../../src/engine/models/program.ts';
import type { Server } from '../../../src/store/schema/server.ts';
import { aServer } from '../../support/builders/builders.ts';
import { aManagedModel, aModel } from '../../support/builders/models.ts';

function programFor(...how: Parameters<typeof aManagedModel>): Server {
  const program = programOf(aManagedModel(...how));
  if (program === undefined) throw new Error('no program');
  return program;
}

describe('programOf', () => {
  it('makes one instance of it, under a name that no server can have', () => {
    expect(programFor()).toMatchObject({ id: 'mdl_small', name: 'llm.small', replicas: 1, isolation: 'shared' });
    expect(modelOfProgram('llm.small')).toBe('small');
    expect(modelOfProgram('small')).toBeUndefined();
  });

  it('is made once for a record, and of no model that runs elsewhere', () => {
    const model = aManagedModel();
    expect(programOf(model)).toBe(programOf(model));
    expect(programOf({ ...aModel(), version: 1 })).toBeUndefined();
  });

  it('gives a key to the program too, as API_KEY, so that it never starts without', () => {
    const key = { backend: 'file', path: 'llm' } as const;
    expect(programFor({}, { key }).env).toEqual([{ name: 'API_KEY', secret: key }]);
  });

  it('lets a container have a network, through which its port is published', () => {
    const image = { source: { kind: 'image', image: 'llm:1' }, runtime: 'docker' };
    expect(programFor(image)).toMatchObject({ network: 'bridge', limits: { memoryMiB: 8_192 } });
    expect(programFor()).toMatchObject({ network: 'none' });
  });

  it('is probed by its list of models, and a server by its tools', () => {
    expect(probeTarget(programFor())).toBe('GET /v1/models');
    expect(probeTarget(aServer())).toBe('tools/list');
  });
});

describe('atPort', () => {
  it.each([
    [
      { source: { kind: 'command', command: ['serve', '--listen=127.0.0.1:{port}'] } },
      ['serve', '--listen=127.0.0.1:4711'],
    ],
    [{ source: { kind: 'image', image: 'llm', command: ['{port}'] }, runtime: 'docker' }, ['4711']],
  ])('puts the port into the words of %j', (run, command) => {
    expect(atPort(programFor(run), 4_711).source).toMatchObject({ command });
  });

  it('puts it into the arguments of a package', () => {
    const run = { source: { kind: 'package', package: 'pypi:vllm', args: ['--port', '{port}'] } };
    expect(atPort(programFor(run), 4_711).source).toMatchObject({ args: ['--port', '4711'] });
  });
});
