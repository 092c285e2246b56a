import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { bindings, places } from '../../../src/tui/app/bindings.ts';
import { bind, clashes, keysMarkdown } from '../../../src/tui/kit/keymap.ts';
import { paneIds } from '../../../src/tui/state/pane-id.ts';
import { openApp, type OpenApp } from '../../support/worlds/open-app.tsx';

describe('the table of bindings', () => {
  let app: OpenApp | undefined;
  afterEach(() => app?.close());

  it('gives each key one meaning in each place', () => {
    expect(clashes(bindings, places)).toEqual([]);
  });

  it('notices a clash', () => {
    const twice = bind({ id: 'other.j', keys: ['j'], focus: 'audit', help: '', target: (state) => state, run() {} });
    expect(clashes([...bindings, twice], places)).toEqual(['audit: j is move.down and other.j']);
  });

  it('names every action once and says what it does', () => {
    const ids = bindings.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(bindings.filter(({ help }) => help === '')).toEqual([]);
  });

  it.each([
    ['with instances', {}],
    ['read-only', { readOnly: true }],
    ['hosting', { hosting: true }],
    ['without servers', { instances: [], servers: [], events: [] }],
    ['while the engine starts', { withoutEngine: true, events: [] }],
  ])('has a reason for every action that is not possible %s', async (_name, options) => {
    app = await openApp(options);
    for (const pane of paneIds) {
      app.ui.set({ pane });
      for (const binding of bindings) {
        const refusal = binding.refusal(app.state());
        expect(refusal === undefined || refusal.length > 8, `${pane} ${binding.id}: ${refusal}`).toBe(true);
      }
    }
  });

  it('refuses what changes something when read-only', async () => {
    app = await openApp({ readOnly: true });
    const dangerous = bindings.filter(({ dangerous }) => dangerous);
    expect(dangerous.map(({ id }) => id)).toEqual([
      'instance.retry',
      'instance.hold',
      'instance.start-stop',
      'instance.restart',
      'server.new',
      'server.edit',
      'server.delete',
      'prompt.edit',
      'prompt.edit-inline',
      'prompt.restore',
      'prompt.fix-link',
      'prompt.bump',
      'prompt.note',
      'prompt.new',
      'prompt.delete',
      'personality.bind',
      'personality.move-down',
      'personality.move-up',
      'personality.default',
      'personality.edit',
      'personality.edit-inline',
      'personality.new',
      'personality.delete',
      'proposal.approve',
      'proposal.reject',
      'proposal.rebase',
      'proposal.comment',
      'proposal.edit',
      'proposal.edit-inline',
      'session.admit',
      'session.disconnect',
      'upstream.drop-lists',
      'secret.fix',
      'secret.new',
      'secret.rotate',
      'secret.restore',
      'secret.restart',
      'secret.delete',
      'tool.call',
      'app.undo',
      'app.redo',
      'listing.new',
      'listing.edit',
      'listing.delete',
      'listing.act',
      'revisions.restore',
      'revisions-diff.restore',
      'import.type',
      'import.import',
      'import.connect',
    ]);
    for (const binding of dangerous) expect(binding.refusal(app.state())).toBe('the console is read-only');
    expect(app.screen()).toContain('· RO ·');
    await app.press('R', 'D');
    expect(app.screen()).toContain('the console is read-only');
    expect(app.engine.asked).toEqual([]);
  });

  it('is what docs/keys.md says', () => {
    expect(readFileSync(new URL('../../../docs/keys.md', import.meta.url), 'utf8')).toBe(keysMarkdown(bindings));
  });
});
