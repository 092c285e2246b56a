import { describe, expect, it } from 'vitest';
import {
  anything,
  briefProblem,
  parseFilter,
  passing,
  settled,
  wholeProblem,
  type FilterFields,
} from '../../../src/tui/state/filter.ts';

const fields: FilterFields = { state: ['pending', 'running', 'stopped', 'error'], name: anything };

const row = {
  text: 'gitea-1 error secret_unresolved gitea_token',
  fields: { state: 'error', name: 'Gitea-1' },
};

function passes(source: string): boolean {
  const filter = parseFilter(source, fields);
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
    expect(parseFilter('/[/', {})).toEqual({ ok: false, reason: '/[/ is not a regular expression' });
  });

  it.each([
    ['state:eror', 'no state eror: did you mean error?'],
    ['!state:eror', 'no state eror: did you mean error?'],
    ['state:xyz', 'no state xyz: pending, running, stopped, error'],
    ['reason:x', 'no field reason here: state, name'],
    ['stat:error', 'no field stat here: did you mean state?'],
  ])('tells of %s: %s', (source, said) => {
    expect(briefProblem(parseFilter(source, fields))).toBe(said);
  });

  it.each(['state:err', 'state:', 'name:whatever', 'http://x', '12:30', '/reason:x/', 'error'])(
    'has nothing to tell of %s',
    (source) => {
      expect(briefProblem(parseFilter(source, fields))).toBeUndefined();
    },
  );

  it('lists all there is beside what was probably meant', () => {
    expect(wholeProblem(parseFilter('state:eror', fields))).toBe(
      'no state eror: did you mean error? (state: pending, running, stopped, error)',
    );
  });
});

describe('passing', () => {
  const rows = ['gitea', 'a'.repeat(40) + '!'].map((text) => ({ text, fields: {} }));

  it('lets rows through that match', () => {
    expect(passing(parseFilter('/^git/', {}), rows, (one) => one)).toEqual([rows[0]]);
  });

  it('ends a regular expression that takes too long, lets all rows through, and tells so', () => {
    const filter = parseFilter('/^(a|a)*$/', {});
    expect(passing(filter, rows, (one) => one)).toEqual(rows);
    expect(wholeProblem(settled(filter))).toBe(
      'this regular expression takes too long: make it simpler: everything is shown',
    );
  });
});
