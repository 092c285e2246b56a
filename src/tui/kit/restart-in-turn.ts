/** Has instances restarted: those of a server one after the other, each when its calls have ended. */
import type { EngineCommands } from '../../engine/index.ts';
import { plural } from '../../text/format.ts';
import type { Ui } from './ui.ts';

/** `names` of instances; the engine sees to their turns, also once this console is gone. */
export function restartInTurn(ui: Ui, names: readonly string[]): void {
  const count = plural(names.length, 'instance');
  ui.run(`restarting ${count} in turn …`, `${count} restart one after the other`, (commands) => ask(commands, names));
}

async function ask(commands: EngineCommands, names: readonly string[]): Promise<void> {
  for (const name of names) await commands.restart(name, { inTurn: true });
}
