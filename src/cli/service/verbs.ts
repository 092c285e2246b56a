/** Lists `service` and `daemon`; what does them is loaded when one of them is run. */
import { Command } from 'commander';
import type { Context } from '../context.ts';
import { outputOption } from '../output.ts';
import type { ServiceFlags } from './service.ts';

export function serviceCommands(context: Context): readonly Command[] {
  return [service(context), daemon(context)];
}

function service(context: Context): Command {
  const all = new Command('service').description('run the daemon at login, by systemd or launchd');
  const whose = (command: Command): Command =>
    command.option('--system', 'of the machine (as root) instead of your own');
  whose(all.command('install'))
    .description('show the definition, ask, then write and start it')
    .argument('[flags...]', 'behind --, of `mcptui --daemon`: -- --listen=127.0.0.1:7777')
    .option('--user', 'your own; the default')
    .option('--dry-run', 'only show the definition')
    .option('--yes', 'do not ask')
    .action(async (words: readonly string[], flags: ServiceFlags) =>
      (await import('./service.ts')).installService(context, { ...flags, words }),
    );
  whose(all.command('status'))
    .description('whether it is installed, differs from what would be installed now, and runs; exit 5 when it does not')
    .option('--user', 'your own; the default')
    .addOption(outputOption())
    .action(async (flags: ServiceFlags) => (await import('./service.ts')).serviceStatus(context, flags));
  whose(all.command('uninstall'))
    .description('stop it and remove its definition; data stays')
    .option('--user', 'your own; the default')
    .action(async (flags: ServiceFlags) => (await import('./service.ts')).uninstallService(context, flags));
  return all;
}

function daemon(context: Context): Command {
  const all = new Command('daemon').description('the engine of this data folder');
  all
    .command('status')
    .description('its pid, since when it runs, and where it listens; exit 4 when none runs')
    .addOption(outputOption())
    .action(async (flags: ServiceFlags) => (await import('./daemon.ts')).daemonStatus(context, flags));
  all
    .command('stop')
    .description('end it and its instances, as `shutdown` does')
    .action(async () => (await import('./daemon.ts')).daemonStop(context));
  all
    .command('reload')
    .description('begin its log files anew and look at secrets again; nothing stops')
    .action(async () => (await import('./daemon.ts')).daemonReload(context));
  return all;
}
