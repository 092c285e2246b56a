import { describe, expect, it } from 'vitest';
import { newBurstMemory, withBursts } from '../../../src/tui/kit/burst.ts';
import { parseInput, type InputEvent } from '../../../src/tui/kit/keys.ts';

const typed = (text: string): readonly InputEvent[] => parseInput('', text).events;

describe('withBursts', () => {
  it('leaves what fingers press as keys', () => {
    const events = typed('jjk');
    expect(withBursts(events, newBurstMemory(), 0)).toBe(events);
  });

  it('makes one paste of more keys than fingers press at once, whatever they would do', () => {
    const text = 'D\ny '.repeat(8_192);
    expect(withBursts(typed(text), newBurstMemory(), 0)).toEqual([{ kind: 'paste', text }]);
  });

  it('takes what follows a burst within 100 ms for its rest, and later keys for keys', () => {
    const memory = newBurstMemory();
    withBursts(typed('ab'.repeat(100)), memory, 0);
    expect(withBursts(typed('y'), memory, 99)).toEqual([{ kind: 'paste', text: 'y' }]);
    expect(withBursts(typed('y'), memory, 199)).toEqual(typed('y'));
  });

  it('keeps a key that is held a key, but no more than 256 times at once', () => {
    expect(withBursts(typed('j'.repeat(100)), newBurstMemory(), 0)).toHaveLength(100);
    expect(withBursts(typed('j'.repeat(50_000)), newBurstMemory(), 0)).toHaveLength(256);
  });
});
