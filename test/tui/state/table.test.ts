import { describe, expect, it } from 'vitest';
import { changedTables, newTable, newTables, tablesFrom } from '../../../src/tui/state/table.ts';

describe('tablesFrom', () => {
  it('puts what was kept over the defaults, and leaves out what it does not know', () => {
    const kept = { later: 1, tables: { prompts: { sort: 'AGE', hidden: ['REV'], shade: 3 }, nowhere: { sort: 'X' } } };
    expect(tablesFrom(kept)).toEqual({ ...newTables, prompts: { ...newTable, sort: 'AGE', hidden: ['REV'] } });
    expect(tablesFrom({})).toEqual(newTables);
  });

  it.each([
    [[], 'the file is not an object'],
    [{ tables: 7 }, 'tables is not an object'],
    [{ tables: { audit: null } }, 'tables.audit is not an object'],
    [{ tables: { audit: { sort: 1 } } }, 'tables.audit.sort is not a text'],
    [{ tables: { audit: { split: 0.5 } } }, 'tables.audit.split is not a whole number from -60 to 60'],
    [{ tables: { audit: { reverse: 'no' } } }, 'tables.audit.reverse is not true or false'],
    [{ tables: { audit: { hidden: 'TIME' } } }, 'tables.audit.hidden is not a list of at most 64 texts'],
    [{ tables: { audit: { hidden: Array.from({ length: 65 }, () => 'A') } } }, 'at most 64'],
  ])('refuses %j', (kept, reason) => {
    expect(() => tablesFrom(kept)).toThrow(reason);
  });

  it('bounds and cleans titles', () => {
    const { audit } = tablesFrom({ tables: { audit: { sort: `\u001B[31m${'x'.repeat(200)}` } } });
    expect(audit.sort.length).toBeLessThan(100);
    expect(audit.sort).not.toContain('\u001B');
  });
});

describe('changedTables', () => {
  it('names only the choices that differ', () => {
    const after = { ...newTables, tools: { ...newTable, wide: true }, logs: { ...newTable } };
    expect(changedTables(newTables, after)).toEqual({ tools: { wide: true } });
  });
});
