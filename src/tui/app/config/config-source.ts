/** Follows the file of settings while the console runs: what it says applies at once, and a fault leaves everything as it was. */
import { isDeepStrictEqual } from 'node:util';
import type { Ui } from '../../kit/ui.ts';
import type { ConsoleConfig } from '../../state/console-config.ts';
import { shownAfter } from './shown.ts';

/** `fault`: the first one, as `config.yaml:3:5: …`. */
export type ConfigNews = { readonly config: ConsoleConfig } | { readonly fault: string };

export interface ConfigSource {
  /** For messages. */
  readonly name: string;
  readonly first: ConfigNews;
  /** Tells each change of the file; what it returns ends that. */
  watch(heard: (news: ConfigNews) => void): () => void;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function followConfig(ui: Ui, source: ConfigSource, env: Environment): () => void {
  if ('fault' in source.first) ui.notify('bad', `no settings: ${source.first.fault}`);
  return source.watch((news) => {
    if ('fault' in news) return ui.notify('bad', `old settings stay: ${news.fault}`);
    const { state } = ui;
    const changed = changedNames(state.config, news.config);
    const next = shownAfter(state, news.config, env);
    if (next.mouse !== state.mouse) ui.terminal.mouse(next.mouse);
    ui.set(next);
    ui.notify(
      'ok',
      changed.length === 0 ? `${source.name} is read again` : `${source.name}: ${changed.join(', ')} changed`,
    );
  });
}

function changedNames(before: ConsoleConfig, after: ConsoleConfig): readonly string[] {
  const names = ['skin', 'mouse', 'ascii', 'reduceMotion', 'bell', 'keymap', 'columns'] as const;
  return names.filter((name) => !isDeepStrictEqual(before[name], after[name]));
}
