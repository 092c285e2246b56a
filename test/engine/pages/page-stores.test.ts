/** Stores of paged texts keep one contract; the one on disk does more. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiskPageStore, MAX_PROJECT_BYTES } from '../../../src/engine/pages/disk-page-store.ts';
import { writeAtomically } from '../../../src/kernel/atomic-file.ts';
import { pageStoreContract } from '../../contracts/page-store-contract.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';
import { FakePageStore } from '../../support/fakes/fake-page-store.ts';

let home = '';
const clock = new FakeClock();
const open = (
  more: { maxProjectBytes?: number; write?: typeof writeAtomically; failed?: (reason: string) => void } = {},
) => {
  clock.setWall(1_000);
  const failed = (reason: string, error: unknown): void => {
    throw new Error(reason, { cause: error });
  };
  return new DiskPageStore({ folder: path.join(home, 'pages'), clock, failed, ...more });
};
const makeHome = (): void => void (home = mkdtempSync(path.join(tmpdir(), 'mcptui-pages-')));
const removeHome = (): void => rmSync(home, { recursive: true, force: true });

pageStoreContract('fake', { create: (maxBytes) => new FakePageStore(maxBytes) });
pageStoreContract('disk', {
  create(maxProjectBytes) {
    makeHome();
    return open({ maxProjectBytes });
  },
  clean: removeHome,
});

describe('DiskPageStore', () => {
  beforeEach(makeHome);
  afterEach(removeHome);

  const folder = (project = 'ops'): string => path.join(home, 'pages', project);
  const keep = async (store: DiskPageStore, text: string): Promise<string> => {
    clock.setWall(1_000);
    const kept = await store.keep('ops', text, [{ from: 0, to: text.length, title: 'All', tokens: 2 }]);
    return kept.kind === 'kept' ? kept.id : `refused: ${kept.reason}`;
  };

  it('has what was kept before the engine ended, with its pages and its age', async () => {
    const first = open({ maxProjectBytes: 2_600 });
    const [a, b] = [await keep(first, 'a'.repeat(1_000)), await keep(first, '本'.repeat(300))];
    await keep(first, 'a'.repeat(1_000));
    const next = open({ maxProjectBytes: 2_600 });
    expect(await next.find('ops', b)).toEqual({ length: 300, pages: [{ from: 0, to: 300, title: 'All', tokens: 2 }] });
    expect(await next.read('ops', b, { from: 1, to: 3 })).toBe('本本');
    await keep(next, 'c'.repeat(1_000));
    expect(await next.read('ops', b)).toBeUndefined();
    expect(await next.read('ops', a)).toHaveLength(1_000);
  });

  it('makes folders and files that only their owner may use', async () => {
    await keep(open(), 'text');
    expect(statSync(folder()).mode & 0o777).toBe(0o700);
    const modes = readdirSync(folder()).map((name) => statSync(path.join(folder(), name)).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600]);
  });

  it('refuses with the reason when the disk is full, keeps what is there, and goes on when there is room', async () => {
    let isFull = false;
    const reasons: string[] = [];
    const write: typeof writeAtomically = async (file, content) => {
      if (isFull) throw Object.assign(new Error('full'), { code: 'ENOSPC', path: file, syscall: 'write' });
      await writeAtomically(file, content);
    };
    const store = open({ write, failed: (reason) => void reasons.push(reason) });
    const before = await keep(store, 'before');
    isFull = true;
    expect(await keep(store, 'now')).toMatch(/^refused: .*no space is left \(ENOSPC\)$/);
    expect(reasons).toHaveLength(1);
    expect(await store.read('ops', before)).toBe('before');
    isFull = false;
    expect(await store.read('ops', await keep(store, 'now'))).toBe('now');
  });

  it('refuses when its folder cannot be made, and says which', async () => {
    writeFileSync(path.join(home, 'pages'), 'in the way');
    expect(await keep(open({ failed: () => undefined }), 'text')).toMatch(/^refused: .*pages.* \(E(?:NOTDIR|EXIST)\)$/);
  });

  it('takes no text for whole that a crash or a loss of power left', async () => {
    const [whole, cut, zeroed, alone] = ['whole', 'cut text', 'zeroed', 'alone'];
    const first = open();
    const ids = [await keep(first, whole), await keep(first, cut), await keep(first, zeroed), await keep(first, alone)];
    const file = (at: number, kind: string): string => path.join(folder(), `${ids[at]}.${kind}`);
    writeFileSync(file(1, 'text'), 'cut');
    writeFileSync(file(2, 'text'), '\0'.repeat(6));
    rmSync(file(3, 'text'));
    writeFileSync(`${file(0, 'text')}.0a0b.tmp`, 'begun');
    const next = open();
    expect(await Promise.all(ids.map((id) => next.read('ops', id)))).toEqual([whole, undefined, undefined, undefined]);
    expect(readdirSync(folder()).toSorted()).toEqual([`${ids[0]}.json`, `${ids[0]}.text`]);
  });

  it('takes no pages for good that it did not write', async () => {
    const first = open();
    const ids = [await keep(first, 'one'), await keep(first, 'two'), await keep(first, 'three')];
    for (const [at, text] of ['{', '{"encoding":"utf8"}', '['.repeat(100_000)].entries()) {
      writeFileSync(path.join(folder(), `${ids[at]}.json`), text);
    }
    const next = open();
    expect(await Promise.all(ids.map((id) => next.find('ops', id)))).toEqual([undefined, undefined, undefined]);
  });

  it('leaves alone what is none of its own, and follows no link', async () => {
    const secret = path.join(home, 'secret');
    writeFileSync(secret, 'of others');
    mkdirSync(folder(), { recursive: true, mode: 0o700 });
    const id = 'a'.repeat(32);
    for (const kind of ['text', 'json']) symlinkSync(secret, path.join(folder(), `${id}.${kind}`));
    writeFileSync(path.join(folder(), 'README'), 'notes');
    const store = open();
    expect(await store.read('ops', id)).toBeUndefined();
    await keep(store, 'text');
    expect(existsSync(path.join(folder(), 'README'))).toBe(true);
    expect(readFileSync(secret, 'utf8')).toBe('of others');
  });

  it('says nothing is there when its files are gone or closed to it', async () => {
    const store = open({ failed: () => undefined });
    const id = await keep(store, 'text');
    rmSync(folder(), { recursive: true });
    expect(await store.find('ops', id)).toBeUndefined();
    expect(await store.read('ops', await keep(store, 'text'))).toBe('text');
    chmodSync(folder(), 0o700);
  });

  it('keeps names that are none of projects in its own folder', async () => {
    const store = open();
    await store.keep('../../out', 'text', []);
    expect(readdirSync(path.join(home, 'pages'))).toEqual([expect.stringMatching(/^=[0-9a-f]{32}$/)]);
    await store.forget('../../out');
    expect(readdirSync(path.join(home, 'pages'))).toEqual([]);
  });

  it('keeps 64 MiB a project', () => {
    expect(MAX_PROJECT_BYTES).toBe(64 * 1024 * 1024);
  });
});
