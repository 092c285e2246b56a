/** A managed model in a container, by `docker run` as its command. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { skipDocker, TEST_IMAGE } from '../support/worlds/docker.ts';
import { aHome, type Home } from '../support/worlds/run-mcptui.ts';

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));
const mark = `mcptui-managed-${process.pid}`;

describe.skipIf(skipDocker('a managed model in a container'))('docker run as the command of a managed model', () => {
  let home: Home;
  beforeAll(async () => {
    home = aHome();
    await home.daemon();
  });
  afterAll(() => home.close());

  const containers = (): string => execFileSync('docker', ['ps', '-aq', '--filter', `label=${mark}`]).toString();

  it('answers at the port that it is given, and is removed with the model', async () => {
    const run = ['docker', 'run', '--rm', '-i', '--network', 'host', '--label', mark, '-v', `${fixtures}:/f:ro`];
    const words = [...run, TEST_IMAGE, 'node', '/f/chat-model.mjs', '--port', '{port}'];
    const made = await home.mcptui(['create', 'model', 'boxed', '--kind', 'managed', '--', ...words]);
    expect(made).toMatchObject({ code: 0 });
    const tested = await home.mcptui(['test', 'model', 'boxed']);
    expect(tested.stdout).toMatch(/^model boxed ok: .*, 20 tokens in, 4 out/);
    expect(containers()).not.toBe('');
    await home.mcptui(['delete', 'model', 'boxed', '--yes']);
    await until(() => containers() === '', 'the end of its container', { everyMs: 200 });
  });
});
