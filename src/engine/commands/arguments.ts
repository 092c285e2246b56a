/** Checks what comes over a channel against the table: the name of a command, then each of its arguments. */
import { McptuiError } from '../../kernel/errors.ts';
import { cutName } from '../../kernel/foreign.ts';
import { nearest } from '../../kernel/nearest.ts';
import { commandNames, commandTable, entryOf, type CommandName } from './table/index.ts';

/** @throws McptuiError `not-found` with the name that was probably meant */
export function commandNamed(name: string): CommandName {
  if (isCommand(name)) return name;
  const meant = nearest(name, commandNames);
  throw new McptuiError('not-found', `no command ${cutName(name)}`, {
    hint: meant === undefined ? 'docs/commands.md lists them all' : `did you mean ${meant}?`,
  });
}

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commandTable, name);
}

/**
 * The arguments, once they are what the command takes. JSON has no undefined: what is left out before another arrives as null.
 * @throws McptuiError `invalid` naming the argument and the field in it
 */
export function commandArguments(name: CommandName, args: readonly unknown[]): readonly unknown[] {
  const given = args.map((arg) => (arg === null ? undefined : arg));
  const expected = entryOf(name).args;
  const takes = expected.length === 0 ? 'it takes no arguments' : `its arguments: ${namesOf(expected)}`;
  if (given.length > expected.length) {
    throw new McptuiError('invalid', `${name}: ${given.length} arguments are too many`, { hint: takes });
  }
  for (const [index, [argument, schema]] of expected.entries()) {
    const result = schema.safeParse(given[index]);
    if (result.success) continue;
    const { path = [], message = 'Invalid input' } = result.error.issues[0] ?? {};
    const field = [argument, ...path.map(String)].join('.');
    throw new McptuiError('invalid', `${name}: ${field}: ${inWords(message)}`, { hint: takes });
  }
  return given;
}

/** Zod's message without the words that this error says already. */
function inWords(message: string): string {
  return message === 'Invalid input' ? 'not what the command takes' : message.replace(/^Invalid input: /, '');
}

function namesOf(expected: readonly (readonly [name: string, schema: unknown])[]): string {
  return expected.map(([argument]) => argument).join(', ');
}
