/** Finds the setting that a key of a command line means, or the entry of one that is a map. Pure. */
import { McptuiError } from '../../kernel/errors.ts';
import { nearest } from '../../kernel/nearest.ts';
import { groups, settingOf, settings, type Setting } from './settings.ts';

export interface SettingPlace {
  readonly setting: Setting;
  /** `instance.retry` of `console.keymap.instance.retry`. */
  readonly entry: string | undefined;
  /** Keys of the file, from the root. */
  readonly path: readonly string[];
}

/** @throws McptuiError `invalid` with the key that was probably meant */
export function settingAt(key: string): SettingPlace {
  const setting = settingOf(key);
  if (setting !== undefined) return { setting, entry: undefined, path: key.split('.') };
  const holder = settings.find((one) => one.isMap === true && key.startsWith(`${one.key}.`));
  if (holder !== undefined) {
    const entry = key.slice(holder.key.length + 1);
    if (entry !== '') return { setting: holder, entry, path: [...holder.key.split('.'), entry] };
  }
  const known = settings.map((one) => one.key);
  const meant = nearest(key, known) ?? known.find((one) => one.endsWith(`.${key}`));
  const inGroup = groups.has(key) ? `${key} holds settings: name one of them, such as ` : `no setting ${key}`;
  const first = known.find((one) => one.startsWith(`${key}.`));
  throw new McptuiError('invalid', first === undefined ? inGroup : `${inGroup}${first}`, {
    hint: meant === undefined ? 'mcptui config get lists them' : `did you mean ${meant}?`,
  });
}
