/** What a console keeps for the next one, in console.json. */
import { afterEach, describe, expect, it } from 'vitest';
import { keepSettings, type SettingsFile } from '../../../src/tui/app/kept-settings.ts';
import { openApp, type OpenApp } from '../../support/worlds/open-app.tsx';

let app: OpenApp;
afterEach(() => app.close());

describe('keepSettings', () => {
  it('shows tables as they were kept, and keeps what changes, once keys have rested', async () => {
    app = await openApp();
    const changes: unknown[] = [];
    const file: SettingsFile = {
      path: '/state/console.json',
      read: () => ({ tables: { instances: { sort: 'NAME', hidden: ['VIA'] } } }),
      merge(change) {
        changes.push(change);
        return Promise.resolve();
      },
    };
    const end = keepSettings(app.ui, file, {});
    await app.pass(10);
    expect(app.screen()).toContain('sort NAME ↑');
    expect(app.line('NAME ')).not.toContain('VIA');
    await app.send('o');
    await app.send('O');
    expect(changes).toEqual([]);
    await app.pass(600);
    expect(changes).toEqual([{ tables: { instances: { sort: 'AGE', reverse: true } } }]);
    await app.press('W');
    await end();
    expect(changes.at(-1)).toEqual({ tables: { instances: { wide: true } } });
  });

  it('starts with the defaults and says so where the file cannot be read', async () => {
    app = await openApp();
    const end = keepSettings(
      app.ui,
      {
        path: '/state/console.json',
        read: () => ({ tables: { instances: { sort: 1 } } }),
        merge: () => Promise.reject(new Error('no space is left')),
      },
      {},
    );
    await app.pass(10);
    expect(app.screen()).toContain('/state/console.json cannot be read: tables.instances.sort is not a text');
    await app.press('O');
    await end();
    await app.pass(10);
    expect(app.screen()).toContain('what you chose is not kept: no space is left');
  });

  /** A file that holds this, and what is merged into it. */
  function fileOf(kept: unknown): { readonly file: SettingsFile; readonly changes: unknown[] } {
    const changes: unknown[] = [];
    const file: SettingsFile = {
      path: '/state/console.json',
      read: () => kept,
      merge(change) {
        changes.push(change);
        return Promise.resolve();
      },
    };
    return { file, changes };
  }

  it('begins with the skin and the mouse that were chosen, and keeps another choice', async () => {
    app = await openApp();
    const { file, changes } = fileOf({ skin: 'contrast', mouse: true });
    const end = keepSettings(app.ui, file, {});
    expect(app.state()).toMatchObject({ mouse: true, style: { skin: 'contrast' } });
    await app.press(':', ...Array.from('theme'), '\r');
    await app.press(':', ...Array.from('mouse'), '\r');
    await end();
    expect(Object.assign({}, ...changes)).toEqual({ skin: 'mono', mouse: false });
  });

  it('lets the environment win', async () => {
    app = await openApp();
    const { file } = fileOf({ skin: 'contrast', mouse: true });
    await keepSettings(app.ui, file, { MCPTUI_SKIN: 'standard', MCPTUI_MOUSE: '0' })();
    expect(app.state()).toMatchObject({ mouse: false, style: { skin: 'standard' } });
    await keepSettings(app.ui, file, { NO_COLOR: '1' })();
    expect(app.state().style.skin).toBe('standard');
  });

  it.each([
    [{ skin: 'pink' }, 'skin is none of standard, contrast, mono'],
    [{ mouse: 'on' }, 'mouse is not true or false'],
  ])('says what is wrong with %j', async (kept, fault) => {
    app = await openApp();
    const end = keepSettings(app.ui, fileOf(kept).file, {});
    await app.pass(10);
    expect(app.screen()).toContain(fault);
    await end();
  });

  it('keeps where the line between list and detail was moved to, pane by pane', async () => {
    app = await openApp();
    const { file, changes } = fileOf(undefined);
    const end = keepSettings(app.ui, file, {});
    await app.press('<', '<');
    await end();
    expect(Object.assign({}, ...changes)).toEqual({ tables: { instances: { split: -2 } } });
  });
});
