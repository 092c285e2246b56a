/** Makes an engine's commands of one function that is told the name: how a channel carries all of them without a list. */
import type { CommandName, EngineCommands } from './table/index.ts';

/** What programs look for on any object, and what is no command. */
const NO_COMMANDS: ReadonlySet<string | symbol> = new Set(['then', 'toJSON', 'constructor']);

export function commandsByName(run: (name: CommandName, args: readonly unknown[]) => Promise<unknown>): EngineCommands {
  return new Proxy({} as EngineCommands, {
    get: (_target, name) =>
      typeof name === 'symbol' || NO_COMMANDS.has(name)
        ? undefined
        : (...args: readonly unknown[]) => run(name as CommandName, args),
  });
}
