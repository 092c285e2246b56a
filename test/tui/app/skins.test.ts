import { afterEach, describe, expect, it } from 'vitest';
import { skins } from '../../../src/tui/kit/skins.ts';
import { row, toned } from '../../../src/tui/kit/theme.ts';
import { skinNames, type OwnTone } from '../../../src/tui/state/style.ts';
import { openApp, type OpenApp } from '../../support/worlds/open-app.tsx';

let app: OpenApp;
afterEach(() => app.close());

const all = ['1', '2', '3', '4', '5', '6', '8', '9'];

describe('a terminal without our glyphs', () => {
  it('gets only ASCII on every pane, over overlays too, in rows of the same width', async () => {
    app = await openApp({ style: { ascii: true } });
    for (const key of [...all, '?']) {
      await app.press(key);
      await app.settle();
      const screen = app.screen();
      // oxlint-disable-next-line no-control-regex -- what is beyond ASCII
      expect(screen.match(/[^\u0000-\u007F]/g)).toBeNull();
      expect(Math.max(...screen.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
    }
  });

  it('still tells states apart', async () => {
    app = await openApp({ style: { ascii: true } });
    expect(app.line('gitea-1')).toMatch(/> x gitea-1 .*ERROR/);
    expect(app.line('jira-1')).toMatch(/! jira-1 .*RUNNING +unhealthy/);
    expect(app.line('fs-1')).toMatch(/\* fs-1 .*RUNNING +healthy/);
  });
});

describe('a screen reader', () => {
  it('gets the words of each row in their order, without boxes or styling', async () => {
    app = await openApp({ style: { spoken: true } });
    expect(app.screen()).not.toMatch(/[─│┌┐└┘├┤]/);
    expect(app.screen()).toMatch(/^▸ ✗ gitea-1 .*ERROR/m);
    expect(app.screen()).not.toMatch(/ {3}/);
  });
});

describe(':theme', () => {
  it('goes through the skins, and each ends every code that it begins', async () => {
    app = await openApp({ color: true });
    for (const skin of ['contrast', 'mono', 'standard']) {
      await app.send(':');
      await app.send('theme');
      await app.press('\r');
      await app.settle();
      expect(app.state().style.skin).toBe(skin);
      expect(app.screen()).toContain(`skin ${skin}`);
    }
    for (const skin of skinNames) {
      const style = { skin, ascii: false, spoken: false, still: false };
      for (const tone of Object.keys(skins[skin]) as OwnTone[]) {
        const [open, , close] = toned(style, 'x', tone).split(/(x)/);
        const begun = open === undefined || open === '' ? [] : open.slice(2, -1).split(';');
        const ended = close === undefined || close === '' ? [] : close.slice(2, -1).split(';');
        expect({ skin, tone, count: ended.length }).toEqual({ skin, tone, count: begun.length });
      }
      expect(row(style, 3, [['x', 'dim']]).length).toBeGreaterThanOrEqual(3);
    }
  });
});

describe(':messages', () => {
  it('lists what was said, newest first, after the notices have gone', async () => {
    app = await openApp();
    app.ui.notify('ok', 'gitea-1: requested');
    app.ui.notify('bad', 'the daemon is away: nothing was sent');
    await app.pass(20_000);
    await app.send(':');
    await app.send('messages');
    await app.press('\r');
    await app.settle();
    const lines = app
      .screen()
      .split('\n')
      .filter((line) => /requested|nothing was sent/.test(line));
    expect(lines[0]).toMatch(/✗ the daemon is away/);
    expect(lines[1]).toMatch(/✓ gitea-1: requested/);
    await app.press('\u001B');
    expect(app.screen()).not.toContain('Messages');
  });
});

describe('the palette', () => {
  const first = async (typed: string): Promise<string> => {
    app = await openApp();
    await app.send(':');
    await app.send(typed);
    await app.settle();
    const [line = ''] = app
      .screen()
      .split('\n')
      .filter((text) => text.includes(' ▸ '));
    app.close();
    return line;
  };

  it.each([
    ['theme', 'app.theme'],
    ['messages', 'app.messages'],
    ['quit', 'app.quit'],
    ['approve', 'proposal.approve'],
    ['audit', 'audit'],
    ['gitea-1', 'gitea-1'],
  ])('puts names before descriptions: %s runs %s', async (typed, name) => {
    expect(await first(typed)).toContain(`▸ ${name}`);
  });

  it('finds nothing where letters are only scattered over descriptions', async () => {
    app = await openApp();
    await app.send(':');
    await app.send('zqx');
    await app.settle();
    expect(app.screen()).toContain('nothing matches');
  });
});
