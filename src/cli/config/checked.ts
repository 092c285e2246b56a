/** Looks at what a file of settings says of keys and columns, by the console's own tables: loaded only by who needs it. */
import { consoleFaults } from '../../tui/app/config/faults.ts';
import { placeOf } from './document.ts';
import type { Config } from './load.ts';

/** The same with the faults that only the console knows. */
export function checked(config: Config): Config {
  const { values, text } = config;
  const found = consoleFaults({
    keymap: values.get('console.keymap')?.value,
    columns: values.get('console.columns')?.value,
  });
  const faults = found.map(({ path, words }) => ({
    ...placeOf(text, ['console', ...path]),
    words: `${['console', ...path].join('.')}: ${words}`,
  }));
  return { ...config, faults: [...config.faults, ...faults] };
}
