/** `mcptui login` in a terminal without a browser: the address is printed, where it ends is pasted. */
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InstanceView } from '../../src/engine/index.ts';
import { OAuthServer } from '../support/worlds/oauth-server.ts';
import { aHome, bin, type Home } from '../support/worlds/run-mcptui.ts';

describe('mcptui login', () => {
  let home: Home;
  let server: OAuthServer;
  beforeAll(async () => {
    home = aHome();
    server = await OAuthServer.start();
    await home.mcptui(['create', 'server', 'far', '--url', server.url, '--allow-private']);
  });
  afterAll(async () => {
    await home.close();
    await server.close();
  });

  /** Opens what is printed and pastes where it ends, after `change`. */
  async function logIn(change: (answer: string) => string = (answer) => answer) {
    const child = spawn(process.execPath, [bin, 'login', 'far', '--no-listen'], { env: home.env });
    let said = '';
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const url = await new Promise<string>((resolve, reject) => {
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        const found = /^(http\S+\/authorize\?\S+)$/m.exec(said)?.[1];
        if (found !== undefined) resolve(found);
      });
      child.once('exit', () => reject(new Error(said)));
    });
    child.stdin.write(`${change(await server.agree(url))}\n`);
    const code = await new Promise((resolve) => child.once('close', resolve));
    return { code, said, printed };
  }

  it('works without an engine, and the engine that starts later needs no login', async () => {
    expect(await logIn()).toMatchObject({ code: 0, printed: 'logged in to far\n' });
    await home.daemon();
    await expect
      .poll(async () => (await home.json<InstanceView[]>(['get', 'instances'])).map((row) => row.health))
      .toEqual(['healthy']);
  });

  it('works through a running engine, which starts what waited for it', async () => {
    expect((await home.mcptui(['logout', 'far'])).code).toBe(0);
    expect((await home.mcptui(['restart', 'far'])).code).toBe(0);
    const failures = async (): Promise<unknown> =>
      (await home.json<InstanceView[]>(['get', 'instances'])).map((row) => row.failure?.code);
    await expect.poll(failures).toEqual(['OAUTH_REQUIRED']);
    expect((await home.mcptui(['get', 'instances'])).stdout).toContain('OAUTH_REQUIRED');
    expect((await logIn(() => 'http://127.0.0.1:33418/callback?code=x&state=y')).code).not.toBe(0);
    expect(await logIn()).toMatchObject({ code: 0 });
    await expect
      .poll(async () => (await home.json<InstanceView[]>(['get', 'instances'])).map((row) => row.health))
      .toEqual(['healthy']);
  });
});
