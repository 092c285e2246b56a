/** The engine's side of `ContentCommands`. */
import { McptuiError } from '../../errors.ts';
import { contentCommandNames, type ContentCommands } from './commands.ts';

export function contentCommands(): ContentCommands {
  const refuse = (): Promise<never> => Promise.reject(new McptuiError('unavailable', 'not there yet'));
  return Object.fromEntries(
    Object.keys(contentCommandNames).map((name) => [name, refuse]),
  ) as unknown as ContentCommands;
}
