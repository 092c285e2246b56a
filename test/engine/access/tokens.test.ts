import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/kernel/clock.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';
import { fileTokens, type AccessTokens, type NewToken } from '../../../src/engine/access/tokens.ts';
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

describe('fileTokens: holders', () => {
  it('keeps whose a token is, what it carries and when it was used last, over a restart', async () => {
    const clock = new FakeClock();
    const all = fileTokens(folder, clock, randomNonce);
    const token = await all.create('ann', {
      isOperator: false,
      subject: 'user:ann',
      groups: ['group:leads', 'group:leads'],
      roles: ['reviewer'],
      projects: ['ops'],
      expiresAt: clock.now() + 60_000,
    });
    await clock.advance(5_000);
    await all.find(token);
    await all.close();
    expect(await fileTokens(folder, clock, randomNonce).list()).toEqual([
      {
        name: 'ann',
        isOperator: false,
        subject: 'user:ann',
        groups: ['group:leads'],
        roles: ['reviewer'],
        projects: ['ops'],
        createdAt: clock.now() - 5_000,
        lastUsedAt: clock.now(),
        expiresAt: clock.now() + 55_000,
      },
    ]);
    expect(readFileSync(file, 'utf8')).not.toContain(token);
  });

  it('tells of a token that expires, is rotated or deleted, when it does', async () => {
    const clock = new FakeClock();
    const all = fileTokens(folder, clock, randomNonce);
    const gone: string[] = [];
    all.onGone((name, why) => gone.push(`${name}: ${why}`));
    await all.create('short', { isOperator: false, expiresAt: clock.now() + 1_000 });
    const token = await all.create('long');
    await clock.advance(1_000);
    expect(gone).toEqual(['short: its token has expired']);
    const other = await all.rotate('long');
    expect([await all.find(token), (await all.find(other))?.name]).toEqual([undefined, 'long']);
    await all.remove('long');
    expect(gone.slice(1)).toEqual(['long: its token was rotated', 'long: its token was deleted']);
    await all.close();
  });

  it('loses none of many changes at once', async () => {
    const all = tokens();
    await Promise.all(Array.from({ length: 20 }, (_, at) => all.create(`t${at}`)));
    await Promise.all([all.remove('t0'), all.rotate('t1'), all.create('more')]);
    expect((await tokens().list()).map(({ name }) => name).toSorted()).toHaveLength(20);
  });

  it.each<[string, Partial<NewToken>, RegExp]>([
    ['a group as its holder', { subject: 'group:leads' }, /cannot be for group:leads/],
    ['a client as its holder', { subject: 'client:cursor' }, /cannot be for client:cursor/],
    ['a group that is none', { groups: ['user:ann'] }, /cannot be for user:ann/],
    ['a ticket of nobody', { isTicket: true }, /say which/],
    ['a ticket of a person', { isTicket: true, subject: 'user:ann' }, /say which/],
    ['an operator with roles', { isOperator: true, roles: ['viewer'] }, /can do everything/],
    ['a time that is over', { expiresAt: 1 }, /in the future/],
  ])('refuses %s', async (_what, options, message) => {
    await expect(tokens().create('x', { isOperator: false, ...options })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(message) as string,
    });
    expect(await tokens().list()).toEqual([]);
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
