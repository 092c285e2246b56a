import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../../src/tui/state/filter.ts';

const row = {
  text: 'gitea-1 error secret_unresolved gitea_token',
  fields: { state: 'error', name: 'Gitea-1' },
};

function passes(source: string): boolean {
  const filter = parseFilter(source, ['state', 'name']);
  if (!filter.ok) throw new Error(filter.reason);
  return filter.matches(row);
}

describe('parseFilter', () => {
  it.each([
    ['', true],
    ['GITEA', true],
    ['slack', false],
    ['!slack', true],
    ['!gitea', false],
    ['/tea-\\d/', true],
    ['/^token/', false],
    ['/error secret/', true],
    ['!/tea/', false],
    ['~gtunr', true],
    ['state:error', true],
    ['state:running', false],
    ['!state:running', true],
    ['gitea state:error', true],
    ['gitea state:stopped', false],
    ['http://x', false],
    ['name:gitea-1', true],
    ['name:GITEA', true],
  ])('%j lets the row through: %s', (source, expected) => {
    expect(passes(source)).toBe(expected);
  });

  it('names a pattern that cannot be read', () => {
    expect(parseFilter('/[/', [])).toEqual({ ok: false, reason: '/[/ is not a regular expression' });
  });
});
