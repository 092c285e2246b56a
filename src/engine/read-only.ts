/** An engine whose commands change nothing: what a console started with `--read-only` is given. */
import { McptuiError } from '../errors.ts';
import { commandNames, isReading, type Engine, type EngineCommands } from './commands.ts';

/** Commands that change something reject with `denied`, whoever calls them. */
export function readOnly(engine: Engine): Engine {
  const refuse = (): Promise<never> =>
    Promise.reject(new McptuiError('denied', 'this console is read-only', { hint: 'start it without --read-only' }));
  const commands = Object.fromEntries(
    commandNames.map((name) => [name, isReading(name) ? engine.commands[name].bind(engine.commands) : refuse]),
  ) as unknown as EngineCommands;
  return {
    commands,
    view: () => engine.view(),
    subscribe: (listener) => engine.subscribe(listener),
    onEvents: (listener) => engine.onEvents(listener),
    onLink: (listener) => engine.onLink(listener),
    close: () => engine.close(),
  };
}
