import { describe, expect, it } from 'vitest';
import { age, countdown, duration, progress, sparkline, timeLabel } from '../../src/text/format.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

describe('format', () => {
  it.each([
    [-5, '0s'],
    [4000, '4s'],
    [3 * minute + 18_000, '3m18s'],
    [41 * minute, '41m'],
    [2 * hour, '2h'],
    [2 * day + 4 * hour, '2d4h'],
    [5 * day, '5d'],
    [12 * day + hour, '12d'],
  ])('age of %d ms is %s', (ms, text) => {
    expect(age(ms)).toBe(text);
  });

  it.each([
    [0, 'now'],
    [-1, 'now'],
    [400, '0:01'],
    [18_000, '0:18'],
    [4 * minute + 12_000, '4m12s'],
    [2 * hour + 5 * minute, '2h05m'],
  ])('countdown of %d ms is %s', (ms, text) => {
    expect(countdown(ms)).toBe(text);
  });

  it('gives durations the unit that fits', () => {
    expect([0.42, 31.4, 2400, 198_000].map(duration)).toEqual(['0.4ms', '31ms', '2.4s', '3m18s']);
  });

  it('draws failed probes as x, and others by how long they took, the same in every row', () => {
    expect(sparkline([1, 14, 31, null, 400, 2400, 60_000], 8)).toBe('▁▁▂x▅██');
    expect(sparkline([14, 400], 1)).toBe('▅');
  });

  it('draws progress within its width', () => {
    expect([progress(0, 4), progress(0.5, 4), progress(7, 4)]).toEqual(['░░░░', '██░░', '████']);
  });

  it('shows a time as local, relative or UTC, and an older day as its age', () => {
    const now = Date.UTC(2026, 2, 1, 14, 2, 11);
    expect(timeLabel(now - 198_000, now, 'relative')).toBe('3m18s ago');
    expect(timeLabel(now - 198_000, now, 'utc')).toBe('13:58:53Z');
    expect(timeLabel(now - 3 * day, now, 'utc')).toBe('3d ago');
  });
});
