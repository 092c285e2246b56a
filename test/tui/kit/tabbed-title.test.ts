import { describe, expect, it } from 'vitest';
import { tabbedTitle } from '../../../src/tui/kit/tabbed-title.ts';

const title = (room: number, part: { readonly name?: string; readonly versions?: string } = {}): string =>
  tabbedTitle(
    {
      name: 'careful reviewer',
      versions: 'reviewer/default → reviewer/careful',
      tabs: ['Bindings', 'Preview', 'Diff'],
      active: 'Diff',
      ...part,
    },
    room,
  )
    .map((span) => (typeof span === 'string' ? span : span[0]))
    .join('');

describe('tabbedTitle', () => {
  it('shows name, versions and all tabs where there is room', () => {
    expect(title(90)).toBe('careful reviewer reviewer/default → reviewer/careful · Bindings Preview [Diff]');
  });

  it.each([20, 30, 40, 50, 60, 70])('shows the tab that is open in %i columns', (room) => {
    expect(title(room)).toMatch(/ · .*\[Diff\]$/);
    expect(title(room).length).toBeLessThanOrEqual(room);
  });

  it('cuts a long name before the tabs', () => {
    expect(title(40, { name: 'n'.repeat(80), versions: '' })).toMatch(/^n+… · Bindings Preview \[Diff\]$/);
  });
});
