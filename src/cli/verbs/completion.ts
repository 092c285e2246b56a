/** Runs `completion SHELL`: prints what the shell has to load. */
import { Argument, Command } from 'commander';
import type { Context } from '../context.ts';

const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type CompletedShell = (typeof shells)[number];

export function completionCommand(context: Context): Command {
  return new Command('completion')
    .description('print what your shell loads to complete verbs, options and names')
    .addArgument(new Argument('<shell>').choices(shells))
    .addHelpText(
      'after',
      [
        '',
        'Where it goes:',
        '  bash        ~/.local/share/bash-completion/completions/mcptui',
        '              (needs the package bash-completion)',
        '  zsh         a file _mcptui in a folder of $fpath',
        '  fish        ~/.config/fish/completions/mcptui.fish',
        '  powershell  $PROFILE',
      ].join('\n'),
    )
    .action(async (shell: (typeof shells)[number]) => {
      context.print(await scriptFor(shell));
    });
}

/** The library prints instead of giving back. */
export async function scriptFor(shell: CompletedShell): Promise<string> {
  const { script } = await import('@bomb.sh/tab');
  const printed: string[] = [];
  const { log } = console;
  console.log = (text: string) => void printed.push(text);
  try {
    script(shell, 'mcptui', 'mcptui');
  } finally {
    console.log = log;
  }
  return printed.join('\n');
}
