import { describe, expect, it } from 'vitest';
import { styleOf } from '../../../src/tui/app/terminal-style.ts';

describe('styleOf', () => {
  it.each([
    [{}, 'standard'],
    [{ NO_COLOR: '1' }, 'mono'],
    [{ NO_COLOR: '' }, 'standard'],
    [{ CLICOLOR: '0' }, 'mono'],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, 'standard'],
    [{ FORCE_COLOR: '0' }, 'mono'],
    [{ MCPTUI_SKIN: 'contrast' }, 'contrast'],
    [{ MCPTUI_SKIN: 'mono' }, 'mono'],
    [{ MCPTUI_SKIN: 'pink' }, 'standard'],
    [{ MCPTUI_SKIN: 'contrast', NO_COLOR: '1' }, 'mono'],
  ])('chooses a skin by %j: %s', (env, skin) => {
    expect(styleOf(env).skin).toBe(skin);
  });

  it.each([
    [{}, false],
    [{ LANG: 'de_DE.UTF-8' }, false],
    [{ LANG: 'C.utf8' }, false],
    [{ LANG: 'C' }, true],
    [{ LANG: 'de_DE.UTF-8', LC_ALL: 'POSIX' }, true],
    [{ LANG: 'C', LC_ALL: '', LC_CTYPE: 'en_US.UTF-8' }, false],
    [{ LANG: 'de_DE.ISO-8859-1' }, true],
    [{ LANG: 'en_US.UTF-8', TERM: 'linux' }, true],
    [{ LANG: 'C', MCPTUI_ASCII: '0' }, false],
    [{ MCPTUI_ASCII: '1' }, true],
  ])('writes only ASCII with %j: %s', (env, ascii) => {
    expect(styleOf(env).ascii).toBe(ascii);
  });

  it('keeps what turns still with MCPTUI_REDUCE_MOTION=1', () => {
    expect([styleOf({}).still, styleOf({ MCPTUI_REDUCE_MOTION: '1' }).still]).toEqual([false, true]);
  });

  it.each([
    [{ INK_SCREEN_READER: '1' }, true],
    [{ INK_SCREEN_READER: 'true' }, true],
    [{}, false],
  ])('paints for a screen reader with %j: %s', (env, spoken) => {
    expect(styleOf(env).spoken).toBe(spoken);
  });
});
