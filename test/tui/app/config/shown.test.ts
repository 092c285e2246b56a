import { afterEach, describe, expect, it } from 'vitest';
import { shownAfter, shownAtStart } from '../../../../src/tui/app/config/shown.ts';
import { keepSettings } from '../../../../src/tui/app/kept-settings.ts';
import { noConsoleConfig, type ConsoleConfig } from '../../../../src/tui/state/console-config.ts';
import { styleOf } from '../../../../src/tui/app/terminal-style.ts';
import { openApp, type OpenApp } from '../../../support/worlds/open-app.tsx';

const configOf = (config: Partial<ConsoleConfig>): ConsoleConfig => ({ ...noConsoleConfig, ...config });
const atStart = (kept: unknown, config: Partial<ConsoleConfig>, env: Record<string, string> = {}) =>
  shownAtStart(kept, { config: configOf(config), style: styleOf(env) }, env);

describe('shownAtStart', () => {
  it('takes the file where nothing was chosen, and the environment before both', () => {
    expect(atStart(undefined, { skin: 'mono', mouse: true, bell: 'all', ascii: true })).toMatchObject({
      style: { skin: 'mono', ascii: true },
      mouse: true,
      bell: 'all',
    });
    const env = { MCPTUI_SKIN: 'contrast', MCPTUI_MOUSE: '0', MCPTUI_BELL: 'off', MCPTUI_ASCII: '0' };
    expect(atStart({ skin: 'mono' }, { skin: 'mono', mouse: true, bell: 'all', ascii: true }, env)).toMatchObject({
      style: { skin: 'contrast', ascii: false },
      mouse: false,
      bell: 'off',
    });
  });

  it.each<[string, object, Partial<ConsoleConfig>, string]>([
    ['a choice made since stays', { skin: 'contrast', config: { skin: 'mono' } }, { skin: 'mono' }, 'contrast'],
    [
      'a file that changed since is the later',
      { skin: 'contrast', config: { skin: 'standard' } },
      { skin: 'mono' },
      'mono',
    ],
    ['a line that is new counts', { skin: 'contrast' }, { skin: 'mono' }, 'mono'],
    ['a line taken out takes its value along', { skin: 'mono', config: { skin: 'mono' } }, {}, 'standard'],
    ['another choice outlives that line', { skin: 'contrast', config: { skin: 'mono' } }, {}, 'contrast'],
  ])('decides by what is later: %s', (_what, kept, config, skin) => {
    expect(atStart(kept, config).style.skin).toBe(skin);
  });

  it('hides the columns that the file does not name', () => {
    const { tables } = atStart(
      { tables: { prompts: { sort: 'NAME' } } },
      { columns: { instances: ['NAME', 'STATE'] } },
    );
    expect(tables.instances.hidden).toContain('HEALTH');
    expect(tables.instances.hidden).not.toContain('STATE');
    expect(tables.prompts).toMatchObject({ sort: 'NAME', hidden: [] });
  });
});

describe('shownAfter', () => {
  it('changes what the file changed, and leaves what was chosen besides', () => {
    const before = atStart(undefined, { skin: 'mono' });
    const chosen = { ...before, mouse: true };
    const after = shownAfter(chosen, configOf({ skin: 'contrast' }), {});
    expect([after.style.skin, after.mouse]).toEqual(['contrast', true]);
    expect(shownAfter(after, configOf({}), {}).style.skin).toBe('standard');
  });
});

let app: OpenApp;
afterEach(() => app?.close());

describe('keepSettings, beside a file of settings', () => {
  it('keeps what the file said, so that an older choice does not come back', async () => {
    app = await openApp();
    const kept: Record<string, unknown> = { skin: 'contrast' };
    const file = {
      path: '/state/console.json',
      read: () => kept,
      merge: (change: object) => Promise.resolve(void Object.assign(kept, change)),
    };
    app.ui.set({ config: configOf({ skin: 'mono' }) });
    await keepSettings(app.ui, file, {})();
    expect(kept).toMatchObject({ skin: 'mono', config: { skin: 'mono' } });
    expect(atStart(kept, { skin: 'mono' }).style.skin).toBe('mono');
  });
});
