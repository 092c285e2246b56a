/** `mcptui --daemon --listen`: where it listens, whom it lets in the first time, and what it refuses to do. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { send } from '../../support/worlds/http-client.ts';
import { aHome, type Home } from '../../support/worlds/run-mcptui.ts';

let home: Home;
beforeEach(() => {
  home = aHome();
});
afterEach(() => home.close());

const initialize = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
};
const statusOf = async (url: string, token: string): Promise<number> =>
  (await send(`${url}/mcp`, { body: initialize, headers: { authorization: `Bearer ${token}` } })).status;

describe('mcptui --daemon --listen', () => {
  it('makes the first token, says where it lies, and shows the address', async () => {
    const daemon = await home.daemon({}, '--listen', '127.0.0.1:0');
    expect(daemon.http).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const file = path.join(home.folder, 'data', 'secrets', 'http-token');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await statusOf(daemon.http ?? '', readFileSync(file, 'utf8').trim())).toBe(200);
    expect(await home.json(['info'])).toMatchObject({ http: daemon.http });
    const { stderr } = await daemon.stop();
    expect(stderr).toContain(file);
    const again = await home.daemon({}, '--listen', '127.0.0.1:0');
    expect(await statusOf(again.http ?? '', readFileSync(file, 'utf8').trim())).toBe(200);
    expect((await again.stop()).stderr).toBe('');
  });

  it('takes address and token from the environment, and makes none then', async () => {
    const token = 'given-by-the-environment';
    const daemon = await home.daemon({ MCPTUI_LISTEN: '127.0.0.1:0', MCPTUI_TOKEN: token });
    expect([await statusOf(daemon.http ?? '', token), await statusOf(daemon.http ?? '', `${token}x`)]).toEqual([
      200, 401,
    ]);
    expect(await home.json(['get', 'tokens'])).toMatchObject([{ name: 'environment', isOperator: false }]);
  });

  it.each([
    [['--daemon', '--listen', '0.0.0.0:0'], 2, /only addresses of this machine/],
    [['--daemon', '--listen', 'nonsense'], 2, /not an address and a port/],
    [['--listen', '127.0.0.1:0'], 2, /goes with --daemon/],
    [['create', 'token', 'environment'], 2, /use another name/],
  ])('refuses %j', async (args, code, message) => {
    const done = await home.mcptui(args);
    expect([done.code, done.stderr]).toEqual([code, expect.stringMatching(message)]);
  });

  it('does not listen on a port without being asked to', async () => {
    const daemon = await home.daemon();
    expect(daemon.http).toBeUndefined();
    expect(await home.json(['info'])).toMatchObject({ http: '-' });
  });
});
