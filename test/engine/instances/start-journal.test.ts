import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StartJournal } from '../../../src/engine/instances/start-journal.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mcptui-journal-'));
  file = path.join(folder, 'start-journal.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An engine that dies while these are being started, after it has survived the starts of others. */
function dies(starting: readonly string[], survived: readonly string[] = []): StartJournal {
  const journal = new StartJournal(file);
  for (const id of survived) journal.begin(id)();
  for (const id of starting) journal.begin(id);
  return journal;
}

describe('StartJournal', () => {
  it('holds a server whose starts ended two engines in a row', () => {
    dies(['bad'], ['good']);
    expect(dies(['bad'], ['good']).held).toEqual(new Set());
    expect(new StartJournal(file).held).toEqual(new Set(['bad']));
  });

  it('blames nobody after an end in good order, or after a start that was survived', () => {
    dies(['bad']);
    dies(['bad']).close();
    expect(new StartJournal(file).held).toEqual(new Set());
    dies(['bad']);
    dies([], ['bad']);
    dies(['bad']);
    expect(new StartJournal(file).held).toEqual(new Set());
    dies(['busy']);
    const journal = new StartJournal(file);
    const survived = journal.begin('busy');
    journal.begin('busy');
    survived();
    expect(new StartJournal(file).held).toEqual(new Set());
  });

  it('starts several that may be it one after the other, beside what is none of them, until it is known', () => {
    dies(['a', 'b']);
    dies(['a', 'b']);
    const third = new StartJournal(file);
    expect(third.held).toEqual(new Set());
    const survived = third.begin('a');
    expect([third.mayStart('a'), third.mayStart('b'), third.mayStart('c')]).toEqual([true, false, true]);
    survived();
    expect(third.mayStart('b')).toBe(true);
    third.begin('b');
    expect(new StartJournal(file).held).toEqual(new Set(['b']));
  });

  it.each(['', '{', '[]', '{"starting":[3],"deaths":{}}'])('takes %j for no journal', (text) => {
    writeFileSync(file, text);
    expect(new StartJournal(file).held).toEqual(new Set());
  });
});
