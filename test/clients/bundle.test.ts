/** Bundles: what is unpacked of a zip, and what runs of a manifest. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planBundle, readManifest, type BundlePlan } from '../../src/clients/bundle/plan-bundle.ts';
import { unpackBundle } from '../../src/clients/bundle/unpack.ts';
import { ZipFile } from '../../src/clients/bundle/zip.ts';
import { McptuiError } from '../../src/kernel/errors.ts';
import { aZip, type ZipPart } from '../support/builders/zip.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mcptui-bundle-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function refusal(parts: readonly ZipPart[]): string {
  try {
    const zip = new ZipFile(aZip(parts));
    for (const { name } of zip.files) zip.read(name);
  } catch (error) {
    if (error instanceof McptuiError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('ZipFile', () => {
  it('reads what is stored and what is deflated, with folders and the mode of programs', () => {
    const zip = new ZipFile(
      aZip([
        { name: 'a/', mode: 0o040755 },
        { name: 'a/run', text: 'x'.repeat(5_000), mode: 0o100755 },
        { name: 'b.txt', text: 'b', method: 0 },
      ]),
    );
    expect(zip.files.map(({ name, bytes, isExecutable }) => [name, bytes, isExecutable])).toEqual([
      ['a/run', 5_000, true],
      ['b.txt', 1, false],
    ]);
    expect(zip.read('a/run').toString()).toBe('x'.repeat(5_000));
  });

  it.each<[string, readonly ZipPart[], string]>([
    ['climbs out', [{ name: '../evil' }], 'leads out of its folder'],
    ['climbs out inside', [{ name: 'a/../../evil' }], 'leads out of its folder'],
    ['is absolute', [{ name: '/etc/passwd' }], 'leads out of its folder'],
    ['has a drive', [{ name: 'C:evil' }], 'leads out of its folder'],
    ['has backslashes', [{ name: '..\\evil' }], 'leads out of its folder'],
    ['has a NUL', [{ name: 'a\0b' }], 'leads out of its folder'],
    ['is a link', [{ name: 'a', text: '/etc/passwd', mode: 0o120777 }], 'is a symbolic link'],
    ['is there twice', [{ name: 'a' }, { name: 'A' }], 'is in it twice'],
    ['is a file and a folder', [{ name: 'a' }, { name: 'a/b' }], 'is a file and a folder'],
    ['is encrypted', [{ name: 'a', flags: 1 }], 'is encrypted'],
    ['is packed oddly', [{ name: 'a', method: 12 }], 'packed in a way that is not known'],
    [
      'is larger than it says',
      [{ name: 'a', text: 'x'.repeat(9_000), claimedBytes: 10 }],
      'damaged, or larger than it says',
    ],
    ['claims too much', [{ name: 'a', claimedBytes: 0xfffffff0 }], 'holds over 1024 MiB'],
    ['has two names', [{ name: 'a', localName: 'b' }], 'has two names'],
  ])('refuses one whose file %s', (_what, parts, message) => {
    expect(refusal(parts)).toContain(message);
  });

  it('refuses whatever else is no zip with a sentence, and never breaks', () => {
    const sound = aZip([
      { name: 'manifest.json', text: '{"a": 1}' },
      { name: 'server/index.js', text: 'run()'.repeat(50) },
    ]);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 8 }),
        fc.nat(sound.length),
        (changes, length) => {
          const bytes = Buffer.from(sound.subarray(0, changes.length === 0 ? length : sound.length));
          for (const [at, value] of changes) bytes[at] = value;
          try {
            const zip = new ZipFile(bytes);
            for (const { name } of zip.files) {
              expect(name).not.toMatch(/^\/|(?:^|\/)\.\.(?:\/|$)/);
              zip.read(name);
            }
          } catch (error) {
            if (!(error instanceof McptuiError)) throw error;
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('unpackBundle', () => {
  it('unpacks into a folder of its own, for the owner alone, and never over one that is there', async () => {
    const zip = new ZipFile(
      aZip([
        { name: 'a/b/run', text: '#!', mode: 0o100755 },
        { name: 'c', text: 'c' },
      ]),
    );
    const target = path.join(folder, 'bundles', 'x');
    expect(await unpackBundle(zip, target)).toBe(true);
    expect(statSync(path.join(target, 'a/b/run')).mode & 0o777).toBe(0o700);
    expect(statSync(path.join(target, 'c')).mode & 0o777).toBe(0o600);
    writeFileSync(path.join(target, 'c'), 'mine');
    expect(await unpackBundle(zip, target)).toBe(false);
    expect(readFileSync(path.join(target, 'c'), 'utf8')).toBe('mine');
  });

  it('leaves nothing when a file of it is damaged', async () => {
    const zip = new ZipFile(
      aZip([
        { name: 'a', text: 'good' },
        { name: 'b', text: 'x'.repeat(99), claimedBytes: 3 },
      ]),
    );
    await expect(unpackBundle(zip, path.join(folder, 'bundles', 'x'))).rejects.toThrow('damaged');
    expect(existsSync(path.join(folder, 'bundles', 'x'))).toBe(false);
    expect(readdirSync(path.join(folder, 'bundles'))).toEqual([]);
  });
});

const manifest = {
  manifest_version: '0.3',
  name: 'Example Files',
  version: '1.0.0',
  description: 'Reads files',
  server: {
    type: 'node',
    entry_point: 'server/index.js',
    mcp_config: {
      command: 'node',
      args: ['${__dirname}/server/index.js', '--mode=${user_config.mode}', '${user_config.folders}'],
      env: { API_KEY: '${user_config.api_key}', HOST: 'https://${user_config.host}/v1' },
    },
  },
  user_config: {
    api_key: { type: 'string', title: 'API key', sensitive: true, required: true },
    mode: { type: 'string', default: 'fast' },
    host: { type: 'string' },
    folders: { type: 'directory', multiple: true, required: true, default: ['${HOME}/Desktop', '${DOCUMENTS}'] },
  },
};

function plan(value: object, answers: Readonly<Record<string, string>> = {}): BundlePlan {
  return planBundle(readManifest(JSON.stringify(value)), {
    taken: [],
    secrets: [],
    project: 'default',
    start: false,
    answers: new Map(Object.entries(answers)),
    origin: '/x.mcpb',
    home: '/home/ann',
    platform: 'linux',
    folder: '/data/bundles/x',
    has: (name) => name === 'server/index.js',
  });
}

describe('planBundle', () => {
  it('asks for what is required, and keeps what is sensitive as a secret', () => {
    expect(plan(manifest).questions).toEqual([
      { id: 'api_key', title: 'api_key: API key', isSecret: true, choices: [] },
    ]);
    const { item, questions } = plan(manifest, { api_key: 'hush-hush', folders: '/a, ~/b' });
    expect(questions).toEqual([]);
    expect(item).toMatchObject({
      name: 'example-files',
      secrets: [{ value: 'hush-hush' }],
      draft: {
        source: {
          kind: 'command',
          command: ['node', '/data/bundles/x/server/index.js', '--mode=fast', '/a', '/home/ann/b'],
        },
        env: [{ name: 'API_KEY', secret: { backend: 'file', path: 'example-files-api-key' } }],
        replicas: 0,
      },
    });
    expect(plan(manifest, { api_key: 'x', host: 'h' }).item.draft).toMatchObject({
      source: {
        command: ['node', '/data/bundles/x/server/index.js', '--mode=fast', '/home/ann/Desktop', '/home/ann/Documents'],
      },
      env: [{ name: 'API_KEY' }, { name: 'HOST', value: 'https://h/v1' }],
    });
  });

  it.each([
    [{ ...manifest, server: { type: 'node', entry_point: 'other.js' } }, 'it does not hold other.js'],
    [{ ...manifest, server: { type: 'ruby', entry_point: 'server/index.js' } }, 'of type ruby'],
    [{ ...manifest, compatibility: { platforms: ['win32'] } }, 'it does not run on linux'],
    [
      { ...manifest, server: { ...manifest.server, mcp_config: { command: 'x', args: ['${user_config.api_key}'] } } },
      'a secret in an argument',
    ],
  ])('says why it cannot be run', (value, reason) => {
    expect(plan(value, { api_key: 'hush-hush' }).item.reason).toContain(reason);
  });

  it('takes the words of this platform, and those of manifests without any', () => {
    const mcp_config = {
      command: 'x',
      args: ['a'],
      platform_overrides: { linux: { command: 'y' }, darwin: { args: ['z'] } },
    };
    expect(plan({ ...manifest, server: { ...manifest.server, mcp_config } }).item.draft?.source).toMatchObject({
      command: ['y', 'a'],
    });
    for (const [type, first] of [
      ['node', 'node'],
      ['python', 'python3'],
      ['uv', 'uv'],
    ] as const) {
      const server = { type, entry_point: 'server/index.js' };
      expect(plan({ ...manifest, manifest_version: '0.4', server }).item.draft?.source).toMatchObject({
        command: expect.arrayContaining([first, '/data/bundles/x/server/index.js']) as readonly string[],
      });
    }
  });

  it('knows manifests of 0.1 to 0.4 alone', () => {
    expect(() => readManifest('{"manifest_version": "1.0"}')).toThrow('of no version from 0.1 to 0.4');
    expect(() => readManifest('{')).toThrow('is not JSON');
    expect(readManifest('{"dxt_version": "0.1"}')).toEqual({ dxt_version: '0.1' });
  });
});
