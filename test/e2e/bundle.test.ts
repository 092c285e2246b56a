/** A bundle is imported by the built program, and its server runs with the secret that it asked for. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aZip } from '../support/builders/zip.ts';
import { aHome, contractServer, type Home } from '../support/worlds/run-mcptui.ts';

let home: Home;
beforeEach(() => {
  home = aHome();
});
afterEach(() => home.close());

function bundle(name: string, extra: Parameters<typeof aZip>[0] = []): string {
  const manifest = {
    manifest_version: '0.3',
    name: 'Echo Server',
    version: '1.0.0',
    server: {
      type: 'node',
      entry_point: 'server/index.mjs',
      mcp_config: {
        command: process.execPath,
        args: ['${__dirname}/server/index.mjs'],
        env: { API_TOKEN: '${user_config.token}' },
      },
    },
    user_config: { token: { type: 'string', title: 'Token', sensitive: true, required: true } },
  };
  const file = path.join(home.folder, name);
  const server = readFileSync(contractServer, 'utf8');
  writeFileSync(
    file,
    aZip([
      { name: 'manifest.json', text: JSON.stringify(manifest) },
      { name: 'server/index.mjs', text: server },
      ...extra,
    ]),
  );
  return file;
}

describe('mcptui import --from', () => {
  it('asks for settings, unpacks on a yes alone, and runs the server', async () => {
    const file = bundle('echo.mcpb');
    const bundles = path.join(home.folder, 'data', 'bundles');
    const missing = await home.mcptui(['import', '--from', file, '--yes']);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain('--set token=secret:file/NAME');
    await home.mcptui(['create', 'secret', 'echo-token'], { input: 'hush-hush-99' });
    const args = ['import', '--from', file, '--set', 'token=secret:file/echo-token', '--start'];
    expect((await home.mcptui([...args, '--dry-run'])).stdout).toContain('nothing contains its code');
    expect(await home.mcptui(args)).toMatchObject({ code: 2 });
    expect(existsSync(bundles)).toBe(false);
    expect(await home.mcptui([...args, '--yes'])).toMatchObject({
      code: 0,
      stdout: 'server echo-server created in project default\n',
    });
    await home.daemon();
    await home.healthy(1);
    const called = await home.mcptui(['call', 'echo-server', 'env', '--arg', 'name=API_TOKEN']);
    expect(called).toMatchObject({ code: 0 });
    const [row] = await home.json<readonly { source: { command: readonly string[] } }[]>(['get', 'servers']);
    expect(readFileSync(row?.source.command[1] ?? '', 'utf8')).toBe(readFileSync(contractServer, 'utf8'));
  });

  it('writes nothing of a bundle that leads out of its folder', async () => {
    const file = bundle('evil.mcpb', [{ name: '../../evil', text: 'x' }]);
    const { code, stderr } = await home.mcptui(['import', '--from', file, '--set', 'token=x', '--yes']);
    expect(code).toBe(2);
    expect(stderr).toContain('leads out of its folder');
    expect(existsSync(path.join(home.folder, 'data', 'bundles'))).toBe(false);
  });
});
