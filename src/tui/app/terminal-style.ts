/** Chooses how the terminal is painted on, from its environment. */
import type { Bell } from '../state/console-config.ts';
import type { Style } from '../state/style.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Colours are off with NO_COLOR or CLICOLOR=0, unless FORCE_COLOR asks for them; `MCPTUI_SKIN` chooses among the rest. */
export function styleOf(env: Environment): Style {
  const { MCPTUI_SKIN: skin } = env;
  return {
    skin: !wantsColor(env) || skin === 'mono' ? 'mono' : skin === 'contrast' ? 'contrast' : 'standard',
    ascii: wantsAscii(env),
    still: env.MCPTUI_REDUCE_MOTION === '1',
    spoken: env.INK_SCREEN_READER === '1' || env.INK_SCREEN_READER === 'true',
  };
}

/** The environment says which skin: what was chosen before gives way. */
export function saysSkin(env: Environment): boolean {
  return [env.MCPTUI_SKIN, env.NO_COLOR, env.CLICOLOR, env.FORCE_COLOR].some(
    (value) => value !== undefined && value !== '',
  );
}

/** `MCPTUI_MOUSE=1` or `0`; undefined where the environment says nothing of it. */
export function saysMouse({ MCPTUI_MOUSE }: Environment): boolean | undefined {
  if (MCPTUI_MOUSE === undefined || MCPTUI_MOUSE === '') return undefined;
  return MCPTUI_MOUSE !== '0' && MCPTUI_MOUSE !== 'off';
}

export function saysAscii({ MCPTUI_ASCII }: Environment): boolean {
  return MCPTUI_ASCII !== undefined && MCPTUI_ASCII !== '';
}

export function saysStill({ MCPTUI_REDUCE_MOTION }: Environment): boolean {
  return MCPTUI_REDUCE_MOTION !== undefined && MCPTUI_REDUCE_MOTION !== '';
}

/** `MCPTUI_BELL=off`, `inbox`, `errors` or `all`; undefined where the environment says nothing of it. */
export function saysBell({ MCPTUI_BELL }: Environment): Bell | undefined {
  if (MCPTUI_BELL === undefined || MCPTUI_BELL === '') return undefined;
  if (MCPTUI_BELL === 'off' || MCPTUI_BELL === '0') return 'off';
  return MCPTUI_BELL === 'errors' || MCPTUI_BELL === 'all' ? MCPTUI_BELL : 'inbox';
}

function wantsColor(env: Environment): boolean {
  const force = env.FORCE_COLOR;
  if (force !== undefined) return force !== '0' && force !== 'false';
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  return env.CLICOLOR !== '0';
}

/** The console of Linux has no glyphs for most of what we draw. A locale that is not named is none that is not UTF-8. */
function wantsAscii(env: Environment): boolean {
  if (saysAscii(env)) return env.MCPTUI_ASCII !== '0';
  if (env.TERM === 'linux') return true;
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => value !== undefined && value !== '');
  return locale !== undefined && !/utf-?8/i.test(locale);
}
