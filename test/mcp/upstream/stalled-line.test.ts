/** A server that stops in the middle of a line: its call fails, another's does not. */
import { describe, expect, it } from 'vitest';
import { LineReader } from '../../../src/mcp/wire/framing.ts';
import { StalledLine, STALLED_MS } from '../../../src/mcp/upstream/stalled-line.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';

function aLine(): { clock: FakeClock; line: StalledLine; told: string[] } {
  const clock = new FakeClock();
  const told: string[] = [];
  const reader = new LineReader(1_000_000, {
    small: () => undefined,
    large: () => undefined,
    oversize: () => undefined,
  });
  return { clock, told, line: new StalledLine(reader, clock, (begin) => told.push(begin)) };
}

describe('StalledLine', () => {
  it('tells once of a line that has not grown for 30 s', async () => {
    const { clock, line, told } = aLine();
    line.read(Buffer.from('{"jsonrpc":"2.0","id":7,"res'));
    await clock.advance(STALLED_MS - 1);
    expect(told).toEqual([]);
    await clock.advance(1);
    expect(told).toEqual(['{"jsonrpc":"2.0","id":7,"res']);
    await clock.advance(STALLED_MS * 3);
    expect(told).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('tells nothing of one that grows or has ended', async () => {
    const { clock, line, told } = aLine();
    for (let count = 0; count < 10; count += 1) {
      line.read(Buffer.from('x'));
      await clock.advance(STALLED_MS - 1_000);
    }
    line.read(Buffer.from('\n'));
    await clock.advance(STALLED_MS * 2);
    expect(told).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves no timer when it is closed', () => {
    const { clock, line } = aLine();
    line.read(Buffer.from('x'));
    line.close();
    expect(clock.pendingTimers).toBe(0);
  });
});
