import { describe, expect, it } from 'vitest';
import { renderListing, withTimes } from '../../src/cli/output.ts';

const at = Date.UTC(2026, 10, 28, 12, 0, 0, 5);
const text = '2026-11-28T12:00:00.005Z';

describe('withTimes', () => {
  it('writes moments as RFC 3339, at any depth, and nothing else', () => {
    expect(
      withTimes({ at, createdAt: at, retry: { attemptCount: 3, nextRetryAt: at }, events: [{ since: at, n: at }] }),
    ).toEqual({
      at: text,
      createdAt: text,
      retry: { attemptCount: 3, nextRetryAt: text },
      events: [{ since: text, n: at }],
    });
    for (const left of [{ at: 5 }, { at: '5' }, { at: Infinity }, { format: at }, { at: null }, 7, null, 'x', [at]]) {
      expect(withTimes(left)).toEqual(left);
    }
  });

  it('leaves what somebody else has written as it is', () => {
    const foreign = { detail: { arguments: { at } }, content: { createdAt: at }, inputSchema: { default: { at } } };
    expect(withTimes(foreign)).toEqual(foreign);
  });

  it.each(['json', 'jsonl', 'yaml'] as const)('is what programs are given as %s', async (format) => {
    const listing = { rows: [{ name: 'a', updatedAt: at }], columns: [], name: () => 'a' };
    expect(await renderListing(listing, format)).toContain(text);
  });
});
