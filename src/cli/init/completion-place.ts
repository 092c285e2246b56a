/** Says where the user's shell looks for completions. Pure. */
import path from 'node:path';
import type { CompletedShell } from '../verbs/completion.ts';

export interface CompletionPlace {
  readonly shell: CompletedShell;
  readonly file: string;
  /** What else the shell needs. */
  readonly also?: string;
}

/** By `SHELL`; undefined for one that is not known. */
export function completionPlace(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): CompletionPlace | undefined {
  const data = env['XDG_DATA_HOME'] || path.join(home, '.local/share');
  const config = env['XDG_CONFIG_HOME'] || path.join(home, '.config');
  switch (path.basename(env['SHELL'] ?? '')) {
    case 'bash':
      return {
        shell: 'bash',
        file: path.join(data, 'bash-completion/completions/mcptui'),
        also: 'bash reads it when the package bash-completion is installed',
      };
    case 'zsh':
      return {
        shell: 'zsh',
        file: path.join(home, '.zfunc/_mcptui'),
        also: 'zsh reads it with this in ~/.zshrc, before compinit: fpath+=(~/.zfunc)',
      };
    case 'fish':
      return { shell: 'fish', file: path.join(config, 'fish/completions/mcptui.fish') };
    default:
      return undefined;
  }
}
