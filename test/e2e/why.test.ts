/** The built program tells the chain of facts behind a state. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { aHome, contractServer, type Home } from '../support/worlds/run-mcptui.ts';

let home: Home;
beforeEach(() => {
  home = aHome();
});
afterEach(() => home.close());

const why = async (...words: readonly string[]): Promise<string> => (await home.mcptui(['why', ...words])).stdout;

async function phase(name: string, wanted: string): Promise<void> {
  const isSo = async (): Promise<boolean> => {
    const rows = await home.json<readonly { readonly name: string; readonly phase: string }[]>(['get', 'instances']);
    return rows.some((row) => row.name === name && row.phase === wanted);
  };
  await until(isSo, `${name} ${wanted}`, { everyMs: 100 });
}

describe('mcptui why', () => {
  it('follows a server to the secret that it lacks, and to its next try', async () => {
    await home.daemon();
    await home.mcptui(['create', 'server', 'bad', '--env', 'T=secret:file/none', '--', 'node', contractServer]);
    await phase('bad-1', 'error');
    let text = '';
    const isTold = async (): Promise<boolean> => {
      text = await why('bad');
      return /^agents +do not reach it, it is error: SECRET_UNRESOLVED/m.test(text);
    };
    await until(isTold, 'what agents get is told', { everyMs: 100, now: () => text });
    expect(text).toMatch(/^wish +running, since .* by engine$/m);
    expect(text).toMatch(/^secret +file\/none is missing: no such entry \(backend file\)$/m);
    expect(text).toMatch(/^mend +mcptui create secret none$/m);
    expect(text).toMatch(/^next +tried again in 0:\d\d .*now: mcptui retry bad-1$/m);
    expect(await why('instance', 'bad-1')).toMatch(/^explain +mcptui explain SECRET_UNRESOLVED$/m);
    await home.mcptui(['stop', 'bad-1']);
    await phase('bad-1', 'stopped');
    expect(await why('bad-1')).toMatch(
      /^wish +stopped, since .* by operator:.*\nnext +nothing, until mcptui start bad-1$/m,
    );
  });

  it('tells what keeps a tool from agents: another project, rights, a server that is down', async () => {
    await home.daemon();
    await home.mcptui(['create', 'project', 'ops']);
    await home.mcptui(['create', 'agent', 'bot', '-p', 'ops']);
    await home.mcptui(['create', 'server', 'good', '--', process.execPath, contractServer]);
    await home.healthy(1);
    const [tool] = await home.json<readonly { readonly exposed: string }[]>(['get', 'tools', '--server', 'good']);
    expect(tool).toBeDefined();
    const name = tool?.exposed ?? '';
    expect(await why('tool', name)).toContain(`agents have it as ${name}`);
    expect(await why(name, '-o', 'json')).toContain(`"agents have it as ${name}"`);
    expect(await why('tool', name, '-p', 'ops')).toContain(
      'kept from agents: its server belongs to project default, not ops',
    );
    await home.mcptui(['stop', 'good']);
    await phase('good-1', 'stopped');
    expect(await why('tool', name)).toMatch(/its server is stopped[\s\S]*mcptui why server good/);
    expect(await home.mcptui(['why', 'nothing-like-it'])).toMatchObject({ code: 6 });
  });

  it('tells who reads a prompt, without an engine as well', async () => {
    await home.mcptui(['create', 'prompt', 'style', '--file', '-'], { input: 'Be brief.' });
    const text = await why('style');
    expect(text).toMatch(/^live +0\.1\.0 since .* by operator:/m);
    expect(text).toMatch(/^scope +agents of every project$/m);
    expect(await home.mcptui(['why', 'prompt', 'styel'])).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('did you mean style?'),
    });
  });
});
