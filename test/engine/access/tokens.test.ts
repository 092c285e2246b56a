import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/kernel/clock.ts';
import { fileTokens, type AccessTokens } from '../../../src/engine/access/tokens.ts';
import { firstToken } from '../../../src/engine/host/first-token.ts';
import { fileSecretSource } from '../../../src/engine/secrets/file-source.ts';
import { randomNonce } from '../../../src/kernel/ids.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mcptui-tokens-'));
  file = path.join(folder, 'tokens.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const tokens = () => fileTokens(folder, systemClock, randomNonce);

const stands: readonly (readonly [string, (path: string) => void])[] = [
  ['a named pipe', (at) => void execFileSync('mkfifo', ['-m', '600', at])],
  ['a folder', (at) => mkdirSync(at)],
];

describe('fileTokens', () => {
  it('reads again what could not be read once', async () => {
    const made = await tokens().create('ann');
    const later = tokens();
    chmodSync(file, 0o644);
    await expect(later.find(made)).rejects.toMatchObject({
      code: 'unavailable',
      hint: expect.stringContaining(`chmod 600 ${file}`) as string,
    });
    chmodSync(file, 0o600);
    expect((await later.find(made))?.name).toBe('ann');
  });

  it.each(stands)('refuses %s in place of its file, and does not wait for it', async (_what, put) => {
    await tokens().create('ann');
    renameSync(file, `${file}.kept`);
    put(file);
    await expect(tokens().list()).rejects.toMatchObject({ code: 'unavailable', message: `${file} is no file` });
  });
});

describe('firstToken', () => {
  it('writes the file before the token is valid, so that no crash leaves one that nobody knows', async () => {
    const all = tokens();
    const dying: Pick<AccessTokens, 'list' | 'create' | 'accept'> = {
      list: () => all.list(),
      accept: (token) => all.accept(token),
      create: (...of: Parameters<typeof all.create>) =>
        all.create(of[0], {
          isOperator: false,
          first: async (token) => {
            await of[1]?.first?.(token);
            throw new Error('the engine dies here');
          },
        }),
    };
    await expect(firstToken(dying, folder, undefined, undefined)).rejects.toThrow('dies here');
    expect(await tokens().list()).toEqual([]);
    const next = tokens();
    await firstToken(next, folder, undefined, undefined);
    const known = readFileSync(path.join(folder, 'http-token'), 'utf8').trim();
    expect((await next.find(known))?.name).toBe('default');
  });
});

describe('fileSecretSource', () => {
  it.each(stands)('answers that %s in place of its file is none, and does not wait for it', async (_what, put) => {
    const at = path.join(folder, 'secrets.json');
    await fileSecretSource(folder, systemClock).set('one', 'a value');
    rmSync(at);
    put(at);
    expect(await fileSecretSource(folder, systemClock).resolve('one')).toMatchObject({ ok: false });
  });
});
