/** Declares `init`; its steps are loaded when it is run. */
import { Command } from 'commander';
import type { Context } from '../context.ts';
import type { InitFlags } from './init.ts';

export function initCommand(context: Context): Command {
  return new Command('init')
    .description('set up step by step: each shows what it does, and asks')
    .option('--yes', 'do not ask: every step that is not left out')
    .option('--no-folders', 'leave out: make the folders')
    .option('--no-import', "leave out: import servers of agents' clients")
    .option('--no-connect', 'leave out: connect those clients')
    .option('--no-completion', 'leave out: completion in your shell')
    .option('--no-service', 'leave out: run the daemon at login')
    .action(async (flags: InitFlags) => (await import('./init.ts')).runInit(context, flags));
}
