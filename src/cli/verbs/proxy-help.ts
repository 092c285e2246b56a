/** Shows `proxy` in the help only: `bin/mcptui.js` starts it before this program is loaded. */
import { Command } from 'commander';

export function proxyHelp(): Command {
  return new Command('proxy')
    .description(
      'what an agent starts: connects its stdio to the engine of this data folder (starts a daemon when none runs)',
    )
    .option('-p, --project <name>', 'serve the servers of this project', 'default')
    .option('--agent <name>', 'who the agent is (else the default agent)')
    .option('--personality <name>', "one of the agent's (else its default)")
    .option('--no-start', 'fail instead of starting a daemon');
}
