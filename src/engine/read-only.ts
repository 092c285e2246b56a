/** An engine whose commands change nothing: what a console started with `--read-only` is given. */
import { McptuiError } from '../errors.ts';
import { commandNames, type Engine, type EngineCommands } from './commands.ts';

const reading: ReadonlySet<keyof EngineCommands> = new Set([
  'instanceDetail',
  'logs',
  'events',
  'verifyAudit',
  'auditHead',
]);

/** Commands that change something reject with `denied`, whoever calls them. */
export function readOnly(engine: Engine): Engine {
  const refuse = (): Promise<never> =>
    Promise.reject(new McptuiError('denied', 'this console is read-only', { hint: 'start it without --read-only' }));
  const commands = Object.fromEntries(
    commandNames.map((name) => [name, reading.has(name) ? engine.commands[name].bind(engine.commands) : refuse]),
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
