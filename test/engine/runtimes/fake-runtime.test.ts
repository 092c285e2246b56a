import { randomBytes } from 'node:crypto';
import { runtimeContract } from '../../contracts/runtime-contract.ts';
import { aServer } from '../../support/builders/builders.ts';
import { FakeRuntime, type FakeProcess } from '../../support/fakes/fake-runtime.ts';

const folderId = randomBytes(6).toString('hex');
const made = new Set<FakeRuntime>();

runtimeContract('fake', {
  create: () => {
    const runtime = new FakeRuntime('process', folderId);
    made.add(runtime);
    return runtime;
  },
  server: () => aServer(),
  missing: () => aServer({ source: { kind: 'command', command: ['/nowhere/such-command'] } }),
  missingCode: 'COMMAND_NOT_FOUND',
  isThere: (child) => Promise.resolve([...made].some((runtime) => runtime.running.has(child as FakeProcess))),
});
