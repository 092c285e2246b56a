/** Declares `doctor`; what looks is loaded when it is run. */
import { Command } from 'commander';
import type { Context } from '../context.ts';
import { outputOption } from '../output.ts';
import type { DoctorFlags } from './doctor.ts';

export function doctorCommand(context: Context): Command {
  return new Command('doctor')
    .description('look at everything that can be wrong, and name the command that mends it; exit 5 when something is')
    .option('--fix', 'set modes of own folders, make those that are missing, remove sockets of engines that are gone')
    .option('--terminal', 'ask the terminal, too, what it can do: keys and clipboard')
    .addOption(outputOption())
    .action(async (flags: DoctorFlags) => (await import('./doctor.ts')).runDoctor(context, flags));
}
