/** An engine whose commands change nothing: what consoles and verbs with `--read-only` are given. */
import { McptuiError } from '../../kernel/errors.ts';
import { commandNames, isReading, type Engine, type EngineCommands } from './commands.ts';

export function readOnlyError(): McptuiError {
  return new McptuiError('denied', 'nothing is changed: mcptui is read-only', {
    hint: 'leave out --read-only, and MCPTUI_READONLY in the environment',
  });
}

/** Commands that change something reject with `denied`, whoever calls them. */
export function readOnly(engine: Engine): Engine {
  const refuse = (): Promise<never> => Promise.reject(readOnlyError());
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
