/** Tells what is wrong with a command line: names the verb, kind or argument that is meant, and an example. */
import type { Command } from 'commander';
import { McptuiError } from '../kernel/errors.ts';
import { nearest } from '../kernel/nearest.ts';
import { examples } from './examples.ts';

/** Maps verbs of other programs to what to type here. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  add: 'mcptui create server NAME …',
  install: 'mcptui create server NAME …',
  import: 'mcptui create server NAME …, once for each server',
  remove: 'mcptui delete server NAME',
  rm: 'mcptui delete server NAME',
  uninstall: 'mcptui delete server NAME',
  list: 'mcptui get servers',
  ls: 'mcptui get servers',
  status: 'mcptui get instances',
  show: 'mcptui describe server NAME',
  update: 'mcptui edit server NAME, or mcptui set --help',
  apply: 'mcptui edit server NAME --file FILE',
  history: 'mcptui get revisions server NAME',
  enable: 'mcptui start NAME',
  disable: 'mcptui stop NAME',
  run: 'mcptui start NAME, or mcptui call SERVER TOOL',
  up: 'mcptui --daemon',
  serve: 'mcptui --daemon',
};

export interface CommanderError extends Error {
  readonly code: string;
  readonly exitCode: number;
}

/** `argv` is without node and script; `root` is the program that has refused it. */
export function usageError({ code, message }: CommanderError, argv: readonly string[], root: Command): McptuiError {
  const words = argv.filter((word) => !word.startsWith('-'));
  const [verb = '', kind = ''] = words;
  if (root.commands.every((command) => !isCalled(command, verb))) {
    if (code !== 'commander.unknownOption') return unknownVerb(verb, root);
  }
  const { command, path } = deepest(root, words);
  if (code === 'commander.unknownCommand') return unknownKind(path, words[path.length] ?? kind, command);
  // Without commander's prefix; what it suggests is on a line of its own.
  const [first = '', ...rest] = message.replace(/^error: /, '').split('\n');
  const suggested = rest.join(' ').replace(/^\(|\)$/g, '');
  if (suggested !== '' || path.length === 0) return invalid(first, suggested === '' ? 'mcptui --help' : suggested);
  const [example] = Object.hasOwn(examples, path.join(' ')) ? (examples[path.join(' ')] ?? []) : [];
  return invalid(first, example === undefined ? `mcptui ${path.join(' ')} --help` : `such as: mcptui ${example}`);
}

function unknownVerb(verb: string, root: Command): McptuiError {
  const other = Object.hasOwn(OTHER_WORDS, verb) ? OTHER_WORDS[verb] : undefined;
  const meant = nearest(
    verb,
    root.commands.map((command) => command.name()),
  );
  return invalid(
    `unknown verb ${verb}`,
    other ?? (meant === undefined ? 'mcptui --help' : `did you mean mcptui ${meant}?`),
  );
}

/** Kinds have several names, in the singular and the plural: the nearest of all of them is meant. */
function unknownKind(path: readonly string[], word: string, command: Command): McptuiError {
  const verb = `mcptui ${path.join(' ')}`;
  const kinds = command.commands.map((child) => child.name());
  const meant =
    nearest(word.toLowerCase(), command.commands.flatMap(namesOf)) ??
    command.commands.find((child) => namesOf(child).includes(word.toLowerCase()))?.name();
  return invalid(
    `unknown kind ${word}`,
    meant === undefined ? `${verb} knows ${kinds.join(', ')}` : `did you mean ${verb} ${meant}?`,
  );
}

function invalid(message: string, hint: string): McptuiError {
  return new McptuiError('invalid', message, { hint });
}

/** The verb that a command line means, as far as its words go. */
function deepest(
  root: Command,
  words: readonly string[],
): { readonly command: Command; readonly path: readonly string[] } {
  let command = root;
  const path: string[] = [];
  for (const word of words) {
    const next = command.commands.find((child) => isCalled(child, word));
    if (next === undefined) break;
    command = next;
    path.push(next.name());
  }
  return { command, path };
}

function namesOf(command: Command): readonly string[] {
  return [command.name(), ...command.aliases()];
}

function isCalled(command: Command, word: string): boolean {
  return namesOf(command).includes(word);
}
