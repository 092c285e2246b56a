import { createCipheriv, randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/kernel/clock.ts';
import { fileSecretSource } from '../../../src/engine/secrets/file-source.ts';
import { Masker } from '../../../src/engine/secrets/masker.ts';

describe('fileSecretSource', () => {
  let folder: string;
  beforeEach(() => {
    folder = path.join(mkdtempSync(path.join(tmpdir(), 'mcptui-secrets-')), 'secrets');
  });
  afterEach(() => rmSync(path.dirname(folder), { recursive: true }));

  const mode = (file: string): string => (statSync(path.join(folder, file)).mode & 0o777).toString(8);

  it('keeps values encrypted, in files of the owner only', async () => {
    const source = fileSecretSource(folder, systemClock);
    await source.set('one', 'value-one');
    await source.set('two', 'value two\nwith a line');
    expect(await source.resolve('two')).toEqual({ ok: true, value: 'value two\nwith a line' });
    expect((await source.entries()).map(({ name }) => name)).toEqual(['one', 'two']);
    expect([mode('secrets.json'), mode('secrets.key'), (statSync(folder).mode & 0o777).toString(8)]).toEqual([
      '600',
      '600',
      '700',
    ]);
    expect(readFileSync(path.join(folder, 'secrets.json'), 'latin1')).not.toContain('value');
  });

  it('tells since when it keeps each', async () => {
    const source = fileSecretSource(folder, { now: () => 1_767_225_600_000 });
    await source.set('one', 'value-one');
    expect(await source.entries()).toEqual([{ name: 'one', setAt: 1_767_225_600_000, version: 1 }]);
  });

  it('reads what an earlier version kept, whose age nobody knows', async () => {
    const source = fileSecretSource(folder, { now: () => 1_767_225_600_000 });
    await source.set('new', 'value');
    const key = Buffer.from(readFileSync(path.join(folder, 'secrets.key'), 'utf8'), 'base64');
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from('mcptui secrets 1'));
    const data = Buffer.concat([cipher.update(JSON.stringify({ old: 'value of old' })), cipher.final()]);
    const [text, tag, iv] = [data, cipher.getAuthTag(), nonce].map((bytes) => bytes.toString('base64'));
    writeFileSync(path.join(folder, 'secrets.json'), JSON.stringify({ format: 1, nonce: iv, tag, data: text }));
    expect(await source.resolve('old')).toEqual({ ok: true, value: 'value of old' });
    await source.set('new', 'value of new');
    expect(await source.entries()).toEqual([
      { name: 'new', setAt: 1_767_225_600_000, version: 1 },
      { name: 'old', version: 1 },
    ]);
    expect(await source.resolve('old')).toEqual({ ok: true, value: 'value of old' });
  });

  it('uses a fresh nonce at every write', async () => {
    const source = fileSecretSource(folder, systemClock);
    await source.set('one', 'same');
    const first = readFileSync(path.join(folder, 'secrets.json'), 'utf8');
    await source.set('one', 'same');
    expect(readFileSync(path.join(folder, 'secrets.json'), 'utf8')).not.toBe(first);
  });

  const file = (name: string): string => path.join(folder, name);
  const spoilData = (): void => {
    const text = readFileSync(file('secrets.json'), 'utf8');
    writeFileSync(
      file('secrets.json'),
      text.replace(/(?<="data":")./, (first) => (first === 'A' ? 'B' : 'A')),
    );
  };
  const causes: readonly (readonly [string, () => void, string, RegExp])[] = [
    ['an entry that is not there', () => undefined, 'nothing', /no such entry/],
    ['a changed file', spoilData, 'one', /wrong key or changed file/],
    [
      'another key',
      () => writeFileSync(file('secrets.key'), Buffer.alloc(32).toString('base64')),
      'one',
      /wrong key or changed/,
    ],
    ['a missing key', () => rmSync(file('secrets.key')), 'one', /key file .* is missing/],
    ['a key that others can read', () => chmodSync(file('secrets.key'), 0o644), 'one', /readable by others/],
    ['a key that is none', () => writeFileSync(file('secrets.key'), 'abc'), 'one', /256-bit/],
  ];

  it.each(causes)('says why it cannot read: %s', async (_what, spoil, name, cause) => {
    const source = fileSecretSource(folder, systemClock);
    await source.set('one', 'xvalue');
    spoil();
    const resolution = await source.resolve(name);
    expect(resolution).toMatchObject({ ok: false, cause: expect.stringMatching(cause) as string });
    expect(JSON.stringify(resolution)).not.toContain('xvalue');
  });

  it('never makes a new key over values that the old one sealed', async () => {
    const source = fileSecretSource(folder, systemClock);
    await source.set('one', 'value');
    rmSync(path.join(folder, 'secrets.key'));
    await expect(source.set('two', 'value')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('removes an entry; what is not there is an error', async () => {
    const source = fileSecretSource(folder, systemClock);
    await source.set('one', 'value');
    await source.remove('one');
    expect((await source.entries()).map(({ name }) => name)).toEqual([]);
    await expect(source.remove('one')).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('Masker', () => {
  const masker = new Masker();
  masker.learn('file/token', 's3cr"et value');
  masker.learn('file/key', '-----BEGIN KEY-----\nQUJDREVGR0hJSktMTU5PUA==\n-----END KEY-----');

  it.each([
    ['as it is', 'login with s3cr"et value failed', 'login with [secret file/token] failed'],
    ['inside JSON text', JSON.stringify({ a: 's3cr"et value' }), '{"a":"[secret file/token]"}'],
    ['URL-encoded', 'GET /?t=s3cr%22et%20value', 'GET /?t=[secret file/token]'],
    ['in base64', `Basic ${Buffer.from('s3cr"et value').toString('base64')}`, 'Basic [secret file/token]=='],
    ['a line of a key file', 'line QUJDREVGR0hJSktMTU5PUA== here', 'line [secret file/key] here'],
  ])('hides a value %s', (_how, text, masked) => {
    expect(masker.mask(text)).toBe(masked);
  });

  it('hides it in JSON values and keys at any depth, and gives clean values back as they are', () => {
    expect(masker.maskJson({ a: ['x', { 's3cr"et value': 's3cr"et value' }] })).toEqual({
      a: ['x', { '[secret file/token]': '[secret file/token]' }],
    });
    const clean = { a: 1, b: ['c'] };
    expect(masker.maskJson(clean)).toBe(clean);
  });

  it('does not take a short value for a secret in ordinary text', () => {
    const short = new Masker();
    short.learn('env/X', 'on');
    expect(short.mask('based on that')).toBe('based on that');
  });
});
