import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aDraft } from '../../support/builders/builders.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await engineHarness();
});
afterEach(() => harness.close());

describe('a reference to the login of another server', () => {
  it('is refused when the server is defined', async () => {
    const env = [{ name: 'T', secret: { backend: 'file' as const, path: 'oauth.srv_1' } }];
    await expect(harness.engine.commands.createServer(aDraft({ env }))).rejects.toMatchObject({
      code: 'invalid',
      message: 'server fs: secret file/oauth.srv_1 is the login of a server',
    });
  });
});

describe('secret names', () => {
  it.each(['__proto__', 'constructor', 'oauth.x', '../x', ''])('refuse %j', async (name) => {
    await expect(harness.engine.commands.setSecret(name, 'a value')).rejects.toMatchObject({ code: 'invalid' });
  });

  it('refuse a value over 64 KiB with the way out', async () => {
    await expect(harness.engine.commands.setSecret('big', 'x'.repeat(70_000))).rejects.toThrow('keep it in a file');
  });
});

describe('a damaged secrets file', () => {
  it('keeps no server from being deleted', async () => {
    await harness.engine.commands.createServer(aDraft());
    await harness.engine.commands.setSecret('one', 'a value');
    await writeFile(path.join(harness.folder, 'secrets', 'secrets.json'), 'no json', { mode: 0o600 });
    await harness.engine.commands.deleteServer('fs');
    await harness.until(() => harness.instances().length === 0, 'gone');
    const [event] = await harness.audit('login_forget');
    expect(event).toMatchObject({ outcome: 'error', target: 'server/fs' });
  });
});
