import xterm from '@xterm/headless';
import { describe, expect, it } from 'vitest';
import { lineUpdate } from '../../../src/tui/app/line-update.ts';
import { seededRandom, type Random } from '../../support/builders/random.ts';

const columns = 40;

type Terminal = InstanceType<typeof xterm.Terminal>;

const write = (terminal: Terminal, text: string): Promise<void> => new Promise((done) => terminal.write(text, done));

/** Letters and looks of the first line. */
function cells(terminal: Terminal): string[] {
  const line = terminal.buffer.active.getLine(0);
  return Array.from({ length: columns }, (_, column) => {
    const cell = line?.getCell(column);
    if (cell === undefined) return '';
    return `${cell.getChars() || ' '}${cell.getFgColor()}${cell.isBold()}${cell.isDim()}${cell.isInverse()}`;
  });
}

const styles = ['1', '2', '31', '32', '36', '7'] as const;
const closers: Readonly<Record<string, string>> = { 1: '22', 2: '22', 31: '39', 32: '39', 36: '39', 7: '27' };
const words = ['52s', '51s', '4m12s', '0:18', '●', '│', '日本', ' ', 'fs-1', 'e\u0301', '→ R'];

function part(random: Random): string {
  const text = random.pick(words);
  if (random.below(2) === 0) return text;
  const style = random.pick(styles);
  return `\u001B[${style}m${text}\u001B[${random.below(4) === 0 ? '0' : closers[style]}m`;
}

describe('lineUpdate', () => {
  it('leaves the line that a full write leaves, with its looks, in 1,200 random changes', async () => {
    const random = seededRandom(21);
    const updated = new xterm.Terminal({ cols: columns, rows: 2, allowProposedApi: true });
    const fresh = new xterm.Terminal({ cols: columns, rows: 2, allowProposedApi: true });
    let used = 0;
    for (let round = 0; round < 1200; round += 1) {
      const parts = Array.from({ length: 6 }, () => part(random));
      const previous = parts.join('');
      parts[random.below(parts.length)] = part(random);
      const next = parts.join('');
      const update = lineUpdate(previous, next, columns);
      if (update === undefined) continue;
      used += 1;
      await write(updated, `\u001B[0m\u001B[2J\u001B[H${previous}\u001B[0m\r${update}`);
      await write(fresh, `\u001B[0m\u001B[2J\u001B[H${next}\u001B[0m`);
      expect({ previous, next, cells: cells(updated) }).toEqual({ previous, next, cells: cells(fresh) });
    }
    expect(used).toBeGreaterThan(75);
  });

  it('writes only the digit of a countdown that changed', () => {
    const row = (left: string): string => `│ ● fs-1  \u001B[1m${left}\u001B[22m   tools/list p50 14ms │`;
    expect(lineUpdate(row('0:18'), row('0:17'), columns)).toBe('\u001B[14G\u001B[1m7\u001B[0m');
  });

  it('leaves to ink what changes its width, its end style or more than ASCII', () => {
    expect(lineUpdate('a 10s b', 'a 9s b', columns)).toBeUndefined();
    expect(lineUpdate('a 日 b', 'a 本 b', columns)).toBeUndefined();
    expect(lineUpdate('a \u001B[31mx b', 'a \u001B[32mx b', columns)).toBeUndefined();
    expect(lineUpdate('a \u001B[38;5;9mx b', 'a \u001B[38;5;9my b', columns)).toBeUndefined();
  });
});
