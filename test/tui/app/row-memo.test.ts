import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import xterm from '@xterm/headless';
import type OutputClass from 'ink/build/output.js';
import { describe, expect, it } from 'vitest';
import { installRowMemo, keepRows } from '../../../src/tui/app/row-memo.ts';
import { row } from '../../../src/tui/kit/theme.ts';
import { seededRandom, type Random } from '../../support/builders/random.ts';

type Output = typeof OutputClass;
const file = new URL('output.js', pathToFileURL(createRequire(import.meta.url).resolve('ink'))).href;

/** Two copies of ink's class: one stays as it is. */
async function load(copy: string): Promise<Output> {
  return ((await import(/* @vite-ignore */ `${file}?${copy}`)) as { default: Output }).default;
}

const words = ['plain', '日本語', 'e\u0301', '\u001B[31mred\u001B[0m', '\u001B[7minv', '👍', '', ' ', '─│┌', 'a\nb\nc'];

function draw(random: Random, ...outputs: InstanceType<Output>[]): void {
  const upper = (line: string): string => line.toUpperCase();
  const numbered = (line: string, index: number): string => `${index}${line}`;
  let open = 0;
  for (let step = 0; step < 12; step += 1) {
    const kind = random.below(5);
    if (kind === 0) {
      const some = (limit: number): number | undefined => (random.below(4) === 0 ? undefined : random.below(limit));
      const clip = { x1: some(20), x2: some(40), y1: some(6), y2: some(12) };
      for (const output of outputs) output.clip(clip);
      open += 1;
    } else if (kind === 1 && open > 0) {
      for (const output of outputs) output.unclip();
      open -= 1;
    } else {
      const text = Array.from({ length: 1 + random.below(4) }, () => random.pick(words)).join('');
      const [x, y] = [random.below(44) - 4, random.below(16) - 3];
      const transformers = random.below(3) === 0 ? [random.pick([upper, numbered])] : [];
      for (const output of outputs) output.write(x, y, text, { transformers });
    }
  }
  for (; open > 0; open -= 1) for (const output of outputs) output.unclip();
}

describe('keepRows', () => {
  it('paints 600 random screens exactly as ink does, most rows kept from the frame before', async () => {
    const [Stock, Memo] = await Promise.all([load('stock'), load('memo')]);
    keepRows(Memo);
    for (let seed = 1; seed <= 600; seed += 1) {
      const size = { width: 20 + (Math.floor(seed / 50) % 3) * 10, height: 12 };
      const [stock, memo] = [new Stock(size), new Memo(size)];
      // Every fourth frame is drawn again as it was, with its first half only.
      draw(seededRandom(Math.floor(seed / 4)), stock, memo);
      if (seed % 4 === 3) draw(seededRandom(seed), stock, memo);
      expect(memo.get(), `seed ${seed}`).toEqual(stock.get());
    }
  });
});

describe('installRowMemo', () => {
  it('is installed beside the pinned ink, and not when the stock renderer is asked for', async () => {
    expect(await installRowMemo({ MCPTUI_RENDERER: 'stock' })).toBe(false);
    expect(await installRowMemo({})).toBe(true);
  });
});

describe('rows of the console', () => {
  it('look the same on a terminal whether Ink or the memo paints them', async () => {
    const [Stock, Memo] = await Promise.all([load('stock-look'), load('memo-look')]);
    keepRows(Memo);
    const random = seededRandom(31);
    const tones = ['plain', 'strong', 'dim', 'ok', 'warn', 'bad', 'busy', 'accent'] as const;
    for (let round = 0; round < 120; round += 1) {
      const spans = Array.from(
        { length: 1 + random.below(6) },
        () => [random.pick(['fs-1', '日本', '●', '  ', '│']), random.pick(tones)] as const,
      );
      const text = row({ skin: 'standard', ascii: false, spoken: false, still: false }, 40, spans, {
        selected: random.below(5) === 0,
      });
      const painted = [Stock, Memo].map((InkOutput) => {
        const output = new InkOutput({ width: 40, height: 1 });
        output.write(0, 0, text, { transformers: [] });
        return output.get().output;
      });
      const [stock, memo] = await Promise.all(painted.map(cellsOf));
      expect(memo).toEqual(stock);
    }
  });
});

async function cellsOf(line: string): Promise<string[]> {
  const terminal = new xterm.Terminal({ cols: 41, rows: 2, allowProposedApi: true });
  await new Promise<void>((done) => terminal.write(line, done));
  const found = terminal.buffer.active.getLine(0);
  return Array.from({ length: 40 }, (_, column) => {
    const cell = found?.getCell(column);
    return `${cell?.getChars() || ' '}${cell?.getFgColor()}${cell?.isBold()}${cell?.isDim()}${cell?.isInverse()}`;
  });
}
