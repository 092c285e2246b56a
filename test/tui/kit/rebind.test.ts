import { describe, expect, it } from 'vitest';
import { bindings, places } from '../../../src/tui/app/bindings.ts';
import { consoleFaults, keymapFrom } from '../../../src/tui/app/config/faults.ts';
import { keymapFaults, rebound } from '../../../src/tui/kit/rebind.ts';

const keysOf = (keymap: Record<string, unknown>, id: string): readonly string[] | undefined =>
  rebound(bindings, keymapFrom(keymap)).find((binding) => binding.id === id)?.keys;
const faultsOf = (keymap: Record<string, unknown>): readonly string[] =>
  keymapFaults(bindings, places, keymapFrom(keymap)).map(({ id, words }) => `${id}: ${words}`);

describe('rebound', () => {
  it('gives an action the keys that were chosen, one, several or none', () => {
    expect(keysOf({ 'instance.retry': 'ctrl-t' }, 'instance.retry')).toEqual(['ctrl-t']);
    expect(keysOf({ 'instance.retry': ['ctrl-t', 'Y'] }, 'instance.retry')).toEqual(['ctrl-t', 'Y']);
    expect(keysOf({ 'instance.retry': 'none' }, 'instance.retry')).toEqual([]);
    expect(keysOf({ 'pane.instances': 1 }, 'pane.instances')).toEqual(['1']);
  });

  it('leaves the others, and Esc where it is', () => {
    expect(keysOf({ 'instance.retry': 'ctrl-t' }, 'instance.logs')).toEqual(['l']);
    expect(keysOf({ 'app.back': 'none' }, 'app.back')).toEqual(['esc']);
  });

  it('makes the table once for a keymap', () => {
    const keymap = keymapFrom({ 'app.help': 'h' });
    expect(rebound(bindings, keymap)).toBe(rebound(bindings, keymap));
  });
});

describe('keymapFaults', () => {
  it('has none for what can be', () => {
    expect(faultsOf({ 'instance.retry': 'ctrl-t', 'prompt.history': 'none', 'app.help': ['?', 'alt-h'] })).toEqual([]);
    expect(faultsOf({ 'instance.retry': 'r', 'instance.restart': 'R' })).toEqual([]);
  });

  it.each<[Record<string, unknown>, string]>([
    [
      { 'instance.retry': 'ctrl-r' },
      'instance.retry: ctrl-r is instance.retry and app.refresh: give one of them another key, or none',
    ],
    [{ 'instance.rety': 'r' }, 'instance.rety: no action instance.rety; did you mean instance.retry?'],
    [{ 'app.help': 'Ctrl+G' }, 'app.help: "Ctrl+G" is no key; did you mean ctrl-g?'],
    [{ 'app.help': 'esc' }, 'app.help: esc has its meaning everywhere, and keeps it'],
    [{ 'app.help': 'ctrl-i' }, 'app.help: terminals send ctrl-i as tab'],
    [{ 'app.help': 'hh' }, 'app.help: "hh" is no key: such as r, R, ctrl-r, alt-r, pgup, space'],
    [
      { 'columns.toggle': 'x' },
      'columns.toggle: keys in forms, lists over a pane, editors and questions stay as they are',
    ],
  ])('says what is wrong with %j', (keymap, fault) => {
    expect(faultsOf(keymap)).toEqual([fault]);
  });
});

describe('consoleFaults', () => {
  it('knows the columns of each pane', () => {
    const columns = { instances: ['NAME', 'COLOUR'], instnces: ['NAME'] };
    expect(
      consoleFaults({ keymap: undefined, columns }).map(
        ({ path, words }) => `${path.join('.')}: ${words.slice(0, 40)}`,
      ),
    ).toEqual([
      'columns.instances: no column "COLOUR" in instances: NAME, V',
      'columns.instnces: no pane instnces; did you mean instances',
    ]);
  });
});
