/** Gives the console what the file of settings says of it, now and whenever it changes. */
import { basename } from 'node:path';
import { keymapFrom } from '../../tui/app/config/faults.ts';
import type { ConfigNews, ConfigSource } from '../../tui/app/config/config-source.ts';
import type { ConsoleConfig } from '../../tui/state/console-config.ts';
import type { Clock } from '../../kernel/clock.ts';
import { checked } from './checked.ts';
import { followFile } from './follow.ts';
import { faultText, type Config } from './load.ts';

export function consoleConfig(clock: Clock, config: Config): ConfigSource {
  return {
    name: 'config.yaml',
    first: newsOf(config),
    watch: (heard) => followFile(clock, config, (next) => heard(newsOf(next))),
  };
}

function newsOf(config: Config): ConfigNews {
  const { faults, path, values } = checked(config);
  const [fault] = faults;
  if (fault !== undefined) return { fault: faultText(basename(path), { ...fault, hint: undefined }) };
  const of = (name: keyof ConsoleConfig): Partial<ConsoleConfig> => {
    const value = values.get(`console.${name}`)?.value;
    return value === undefined ? {} : { [name]: value };
  };
  return {
    config: {
      ...of('skin'),
      ...of('mouse'),
      ...of('ascii'),
      ...of('reduceMotion'),
      ...of('bell'),
      keymap: keymapFrom(values.get('console.keymap')?.value),
      columns: columnsFrom(values.get('console.columns')?.value),
    },
  };
}

function columnsFrom(value: unknown): ConsoleConfig['columns'] {
  const entries = Object.entries((value ?? {}) as Readonly<Record<string, unknown>>);
  return Object.fromEntries(
    entries.map(([pane, titles]) => [
      pane,
      (Array.isArray(titles) ? (titles as readonly unknown[]) : [titles]).map(String),
    ]),
  );
}
