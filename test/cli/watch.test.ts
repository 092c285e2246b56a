import { describe, expect, it } from 'vitest';
import type { Format } from '../../src/cli/output.ts';
import { RowWatch } from '../../src/cli/watch.ts';

interface Row {
  readonly name: string;
  readonly state: string;
  readonly age: number;
}

const listing = (...rows: readonly Row[]) => ({
  rows,
  columns: [
    { title: 'NAME', value: (row: Row) => row.name },
    { title: 'STATE', value: (row: Row) => row.state },
    { title: 'AGE', value: (row: Row) => `${row.age}s`, ticks: true },
  ],
  name: (row: Row) => `instance/${row.name}`,
});

function watching(format: Format) {
  const said: string[] = [];
  const watch = new RowWatch<Row>(
    { print: (text) => void said.push(text), note: (text) => void said.push(`note: ${text}`) },
    { format, headers: true },
  );
  return { said, watch };
}

const a = { name: 'a', state: 'RUNNING', age: 1 };
const b = { name: 'b', state: 'ERROR', age: 1 };

describe('RowWatch', () => {
  it('prints the table once, then the rows that changed, and names those that are gone', async () => {
    const { said, watch } = watching('table');
    await watch.show(listing(a, b));
    await watch.show(listing(a, { ...b, state: 'STARTING' }));
    await watch.show(listing(a));
    expect(said.map((text) => text.split('\n').map((line) => line.trimEnd()))).toEqual([
      ['NAME  STATE    AGE', 'a     RUNNING  1s', 'b     ERROR    1s'],
      ['b     STARTING  1s'],
      ['note: instance/b is gone'],
    ]);
  });

  it('prints nothing for what time alone changes', async () => {
    const { said, watch } = watching('table');
    await watch.show(listing(a));
    await watch.show(listing({ ...a, age: 60 }));
    expect(said).toHaveLength(1);
  });

  it('prints changed records as lines for programs', async () => {
    const { said, watch } = watching('jsonl');
    await watch.show(listing(a, b));
    await watch.show(listing(a, { ...b, state: 'RUNNING' }));
    expect(said.at(-1)).toBe(JSON.stringify({ name: 'b', state: 'RUNNING', age: 1 }));
  });

  it('prints the header alone when there is nothing yet', async () => {
    const { said, watch } = watching('table');
    await watch.show(listing());
    await watch.show(listing(a));
    expect(said[0]).toBe('NAME  STATE  AGE');
    expect(said[1]).toBe('a     RUNNING  1s');
  });
});
