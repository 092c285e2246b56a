/** Refuses every command that changes something: what consoles and verbs with `--read-only` are given. */
import { McptuiError } from '../../kernel/errors.ts';
import type { Engine } from '../engine-api.ts';
import { commandsByName } from './by-name.ts';

export function readOnlyError(): McptuiError {
  return new McptuiError('denied', 'nothing is changed: mcptui is read-only', {
    hint: 'leave out --read-only, and MCPTUI_READONLY in the environment',
  });
}

/** Commands that change something reject with `denied`, whoever calls them; so do those that the table does not know. */
export function readOnly(engine: Engine): Engine {
  const commands = commandsByName(async (name, args) => {
    // Loaded at the first command: a console or a verb that may change things never needs it.
    const { isReading } = await import('./table/index.ts');
    if (!isReading(name)) throw readOnlyError();
    const run = engine.commands[name] as (...given: readonly unknown[]) => Promise<unknown>;
    return run(...args);
  });
  return {
    commands,
    view: () => engine.view(),
    subscribe: (listener) => engine.subscribe(listener),
    onEvents: (listener) => engine.onEvents(listener),
    onLink: (listener) => engine.onLink(listener),
    close: () => engine.close(),
  };
}
