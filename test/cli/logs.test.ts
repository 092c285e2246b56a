import { describe, expect, it } from 'vitest';
import type { EngineCommands, LogLine } from '../../src/engine/index.ts';
import { since, wantedLines } from '../../src/cli/verbs/logs.ts';

const now = Date.parse('2026-11-28T14:00:00Z');
const minute = 60_000;

/** One line a second up to now; a run begins at each of these lines. */
function logOf(count: number, starts: readonly number[]): readonly LogLine[] {
  return Array.from({ length: count }, (_, n): LogLine => {
    const stream = starts.includes(n) ? 'start' : starts.includes(n + 1) ? 'exit' : 'stderr';
    return { n, at: now - (count - 1 - n) * 1000, stream, text: `line ${n}` };
  });
}

/** As the engine answers: the newest lines, or those before a number. */
function commandsOf(log: readonly LogLine[], asked: number[] = []): Pick<EngineCommands, 'logs'> {
  return {
    async logs(_name, { lines = 200, before } = {}) {
      asked.push(lines);
      return log.filter(({ n }) => before === undefined || n < before).slice(-lines);
    },
  };
}

const range = (lines: readonly LogLine[]): readonly (number | undefined)[] => [lines[0]?.n, lines.at(-1)?.n];

describe('wantedLines', () => {
  it('are the newest 200, or as many as --tail says, page by page', async () => {
    const commands = commandsOf(logOf(12_000, []));
    expect(range((await wantedLines(commands, 'a-1', {}, now)).shown)).toEqual([11_800, 11_999]);
    expect(range((await wantedLines(commands, 'a-1', { tail: 7_000 }, now)).shown)).toEqual([5_000, 11_999]);
    expect(range((await wantedLines(commands, 'a-1', { tail: 20_000 }, now)).shown)).toEqual([0, 11_999]);
  });

  it('are all since a time, of which --tail shows the newest', async () => {
    const asked: number[] = [];
    const commands = commandsOf(logOf(12_000, []), asked);
    const from = { since: { agoMs: 100 * minute } };
    expect(range((await wantedLines(commands, 'a-1', from, now)).shown)).toEqual([5_999, 11_999]);
    expect(asked).toEqual([5_000, 5_000]);
    expect(range((await wantedLines(commands, 'a-1', { ...from, tail: 3 }, now)).shown)).toEqual([11_997, 11_999]);
    const at = { since: { at: now - 5_000 } };
    expect(range((await wantedLines(commands, 'a-1', at, now)).shown)).toEqual([11_994, 11_999]);
  });

  it('are with --previous those of the run before the last start', async () => {
    const commands = commandsOf(logOf(12_000, [10, 4_000, 11_990]));
    expect(range((await wantedLines(commands, 'a-1', { previous: true }, now)).shown)).toEqual([4_000, 11_989]);
    expect(range((await wantedLines(commands, 'a-1', { previous: true, tail: 2 }, now)).shown)).toEqual([
      11_988, 11_989,
    ]);
  });

  it('count as the run before what is held of one whose start is not', async () => {
    const shown = await wantedLines(commandsOf(logOf(50, [40])), 'a-1', { previous: true }, now);
    expect(range(shown.shown)).toEqual([0, 39]);
  });

  it('are refused where there is no run before', async () => {
    await expect(wantedLines(commandsOf(logOf(50, [0])), 'a-1', { previous: true }, now)).rejects.toMatchObject({
      code: 'not-found',
      message: 'no earlier run of a-1 is in its log',
    });
  });
});

describe('--since', () => {
  it('is a time ago, or a moment as RFC 3339 writes it', () => {
    expect(since('10m')).toEqual({ agoMs: 10 * minute });
    expect(since('90')).toEqual({ agoMs: 90_000 });
    expect(since('2026-11-28T14:00:00Z')).toEqual({ at: now });
    expect(since('2026-11-28T15:00:00.000+01:00')).toEqual({ at: now });
  });

  it.each(['yesterday', '10 minutes', '2026-11-28', '2026-13-28T14:00:00Z', ''])('is not %j', (text) => {
    expect(() => since(text)).toThrow('use a time such as 30s, 10m, 2h or 2026-11-28T14:00:00Z');
  });
});
