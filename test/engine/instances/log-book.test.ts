import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/kernel/clock.ts';
import { LogBook } from '../../../src/engine/instances/log-book.ts';
import { Masker } from '../../../src/engine/secrets/masker.ts';
import { Pacer } from '../../../src/pacing/pace.ts';

let folder: string;
let book: LogBook;
let masker: Masker;
const SECRET = 'Zq81-Lm40-Tr77-Wx02';

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mcptui-logs-'));
  masker = new Masker();
  masker.learn('file/s', SECRET);
  book = new LogBook({ pacer: new Pacer(systemClock), folder, masker, maxFileBytes: 20_000 });
});
afterEach(async () => {
  await book.close();
  rmSync(folder, { recursive: true, force: true });
});

const openFiles = (): string[] =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8') && fd];
    } catch {
      return [];
    }
  });

async function drained(...chunks: readonly string[]): Promise<string> {
  const stream = new PassThrough();
  book.drain('i-1', stream);
  const ended = new Promise((resolve) => stream.once('end', resolve));
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await ended;
  const text = book
    .tail('i-1', 5_000)
    .map((line) => line.text)
    .join('\n');
  await book.close();
  return text + readFileSync(path.join(folder, 'i-1.log'), 'utf8');
}

describe('LogBook', () => {
  it.each([8_150, 8_180, 8_191, 8_192, 8_200, 16_380])(
    'shows no part of a secret that begins at character %i of a long line, however it is cut',
    async (before) => {
      for (const line of [
        [`${'x'.repeat(before)}${SECRET}${'y'.repeat(9_000)}\n`],
        ['x'.repeat(before), SECRET, 'y'],
      ]) {
        const text = await drained(...line);
        for (let at = 0; at + 6 <= SECRET.length; at++) expect(text).not.toContain(SECRET.slice(at, at + 6));
      }
    },
  );

  it('shows none of a secret of which each piece is in a chunk of its own', async () => {
    const text = await drained('x'.repeat(8_000), ...`${'z'.repeat(300)}${SECRET}`.split(''), 'tail\n');
    expect(text).toContain('[secret file/s]');
    expect(text).not.toContain('Lm40');
  });

  it('holds at most a MiB of an instance, the newest', () => {
    for (let i = 0; i < 4_000; i++) book.add('i-1', 'stderr', `${i} ${'x'.repeat(8_000)}`);
    const lines = book.tail('i-1', 5_000);
    expect(lines.at(-1)?.text.startsWith('3999 ')).toBe(true);
    expect(lines.reduce((sum, { text }) => sum + 2 * text.length, 0)).toBeLessThanOrEqual(1024 * 1024);
    expect(lines.length).toBeGreaterThan(30);
  });

  it('reads from its files, the one before it too, what memory has lost, each line once', async () => {
    const small = new LogBook({ pacer: new Pacer(systemClock), folder, masker, maxLines: 100, maxFileBytes: 30_000 });
    for (let i = 1; i <= 800; i++) {
      small.add('i-1', 'stderr', `line ${i}`);
      if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    // The disk follows: what waits for it is not in a file yet.
    await expect.poll(() => readFileSync(path.join(folder, 'i-1.log'), 'utf8')).toContain('line 750');
    const held = small.tail('i-1', 5_000);
    expect(held.length).toBeLessThan(200);
    const seen = [...held];
    for (;;) {
      const [oldest] = seen;
      const page = await small.before('i-1', oldest?.n ?? 0, 37);
      if (page.length === 0) break;
      seen.unshift(...page);
    }
    expect(seen.map(({ text }) => text)).toEqual(Array.from({ length: 800 }, (_, i) => `line ${i + 1}`));
    expect(seen.map(({ n }) => n)).toEqual(Array.from({ length: 800 }, (_, i) => i + 1));
    expect(small.tail('i-1', 5_000, 790).map(({ n }) => n)).toEqual([791, 792, 793, 794, 795, 796, 797, 798, 799, 800]);
    await small.close();
  });

  it('numbers the lines that an earlier engine wrote on downwards, below 1', async () => {
    const lines = Array.from(
      { length: 9_000 },
      (_, i) => `${new Date(1_000 + i).toISOString()} stderr ${'x'.repeat(40)} ${i}`,
    );
    writeFileSync(path.join(folder, 'i-2.log'), `${lines.join('\n')}\n`);
    const [oldest] = book.tail('i-2', 5_000);
    expect(oldest?.n).toBe(1);
    const page = await book.before('i-2', 1, 3);
    expect(page.map(({ n }) => n)).toEqual([-2, -1, 0]);
    const at = Number(oldest?.text.split(' ')[1]);
    expect(page.map(({ text }) => Number(text.split(' ')[1]))).toEqual([at - 3, at - 2, at - 1]);
  });

  it('closes the file of an instance that is gone, removes it when its server is, and keeps nothing that comes later', async () => {
    book.add('warm-up', 'engine', 'x');
    await book.forget('warm-up', { files: true });
    const before = openFiles().length;
    const late = new PassThrough();
    for (let i = 0; i < 20; i++) book.add(`i-${i}`, 'stderr', 'x'.repeat(30_000));
    book.drain('i-1', late);
    for (let i = 0; i < 20; i++) await book.forget(`i-${i}`, { files: i > 0 });
    expect(openFiles().length).toBe(before);
    expect(readdirSync(folder)).toEqual(['i-0.log']);
    late.write('late\n');
    late.end();
    await new Promise((resolve) => late.once('end', resolve));
    expect(readdirSync(folder)).toEqual(['i-0.log']);
  });

  it('goes on when its file, or its folder, is removed or cannot be written', async () => {
    const file = path.join(folder, 'i-1.log');
    const fill = async (): Promise<void> => {
      for (let i = 0; i < 10; i++) {
        book.add('i-1', 'stderr', 'x'.repeat(8_000));
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await expect.poll(() => fill().then(() => existsSync(file))).toBe(true);
    rmSync(file, { force: true });
    await expect.poll(() => fill().then(() => existsSync(file))).toBe(true);
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    await fill();
    mkdirSync(folder, { recursive: true });
    rmSync(file, { force: true });
    mkdirSync(file, { recursive: true });
    await fill();
    expect(book.tail('i-1', 1)).toHaveLength(1);
    rmSync(file, { recursive: true, force: true });
    writeFileSync(file, '');
    chmodSync(file, 0o600);
    await fill();
  });
});
