import xterm from '@xterm/headless';
import { describe, expect, it } from 'vitest';
import { clean, fit } from '../../../src/text/clean.ts';
import { placed, placedOutput } from '../../../src/tui/app/placed-output.ts';
import { drawAs } from '../../support/worlds/open-tui.ts';
import { seededRandom } from '../../support/builders/random.ts';

const columns = 40;
/** Terminals disagree on each of them. */
const odd = ['⌚', '🫨', '🇩🏽', '🇩🇪', '👩🏽‍🚀', 'ｶﾞ', 'कि', 'क्षि', 'กำ', '1️⃣', 'ᄀ', '①', '⸻', '日', 'ß', 'x', '\u3099'];

type Terminal = InstanceType<typeof xterm.Terminal>;
const write = (terminal: Terminal, text: string): Promise<void> => new Promise((done) => terminal.write(text, done));

/** What terminals agree on. */
const widths = new Map<number, 1 | 2>(['│', '…', 'ß'].map((letter) => [letter.codePointAt(0) ?? 0, 1]));
for (let code = 0x20; code < 0x7f; code += 1) widths.set(code, 1);
widths.set('日'.codePointAt(0) ?? 0, 2);

function bordersOf(terminal: Terminal): number[][] {
  return Array.from({ length: terminal.rows }, (_, y) => {
    const line = terminal.buffer.active.getLine(y);
    return Array.from({ length: columns }, (_cell, x) => x).filter((x) => line?.getCell(x)?.getChars() === '│');
  });
}

describe('placed', () => {
  it('keeps every border at its column in 400 frames, however wide a terminal draws what is odd', async () => {
    const random = seededRandom(3);
    for (let round = 0; round < 400; round += 1) {
      const terminal = new xterm.Terminal({ cols: columns, rows: 4, allowProposedApi: true });
      const salt = random.below(1000);
      drawAs(terminal, (code) => widths.get(code) ?? (((code + salt) % 3) as 0 | 1 | 2));
      const text = (): string => clean(Array.from({ length: 1 + random.below(12) }, () => random.pick(odd)).join(''));
      const rows = Array.from({ length: 3 }, () => `│${fit(text(), 18)}│\u001B[31m${fit(text(), 18)}\u001B[39m│`);
      await write(terminal, `\u001B[?7l\u001B[H${placed(`\u001B[2K\u001B[1A\u001B[G${rows.join('\r\n')}`)}`);
      expect({ salt, rows, borders: bordersOf(terminal) }).toEqual({
        salt,
        rows,
        borders: [...Array.from({ length: 3 }, () => [0, 19, 38]), []],
      });
      terminal.dispose();
    }
  });

  it('shows each character that a terminal draws no wider than it was counted', async () => {
    const terminal = new xterm.Terminal({ cols: columns, rows: 1, allowProposedApi: true });
    await write(terminal, placed('⌚x🫨y कि①z'));
    expect(terminal.buffer.active.getLine(0)?.translateToString(true)).toBe('⌚ x🫨 y कि①z');
    terminal.dispose();
  });

  it('counts from the column that a sequence names', () => {
    expect(placed('\u001B[5G\u001B[K⌚|')).toBe('\u001B[5G\u001B[K  \u001B[5G⌚\u001B[7G|');
    expect(placed('ab\n⌚')).toBe('ab\n  \u001B[1G⌚\u001B[3G');
  });

  it('leaves text alone that every terminal draws alike', () => {
    for (const text of [
      'plain',
      '│ ● fs-1 ─┐ … ▸ ✗ ✓ ⚑',
      'Grüße, сервер',
      '日本語のサーバー',
      '\u001B[31mred\u001B[39m\n',
    ]) {
      expect(placed(text)).toBe(text);
    }
  });
});

describe('placedOutput', () => {
  it('wraps no row while the alternate screen is up', () => {
    const written: unknown[] = [];
    const stdout = { columns: 9, write: (text: unknown) => written.push(text) } as unknown as NodeJS.WriteStream;
    const output = placedOutput(stdout);
    output.write('\u001B[?1049h');
    output.write('\u001B[?1049l');
    expect(written).toEqual(['\u001B[?1049h\u001B[?7l\u001B[H', '\u001B[?7h\u001B[?1049l']);
    expect(output.columns).toBe(9);
  });
});
