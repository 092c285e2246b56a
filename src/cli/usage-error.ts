/** Tells what is wrong with a command line: commander's words, but for verbs that other programs have and this one does not. */
import { McptuiError } from '../kernel/errors.ts';
import { nearest } from '../kernel/nearest.ts';

/** What to type for a verb of other programs. */
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
  update: 'mcptui delete server NAME, then mcptui create server NAME …',
  set: 'mcptui edit --help',
  scale: 'mcptui create server NAME --replicas N, after mcptui delete server NAME',
  apply: 'mcptui create --help',
  export: 'mcptui get servers -o json',
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

/** `argv` is without node and script; `verbs` are those that there are. */
export function usageError(
  { code, message }: CommanderError,
  argv: readonly string[],
  verbs: readonly string[],
): McptuiError {
  const [verb = '', kind = ''] = argv.filter((word) => !word.startsWith('-'));
  if (code === 'commander.excessArguments' && message.includes(`: ${verb}`)) {
    const meant = nearest(verb, verbs);
    const hint = otherWord(verb) ?? (meant === undefined ? 'mcptui --help' : `did you mean mcptui ${meant}?`);
    return new McptuiError('invalid', `unknown verb ${verb}`, { hint });
  }
  if (code === 'commander.unknownCommand' && verb === 'edit' && /^servers?$/.test(kind)) {
    return new McptuiError('invalid', 'a server is not changed in place', {
      hint: 'mcptui describe server NAME; mcptui delete server NAME; mcptui create server NAME … with the new settings',
    });
  }
  // Without commander's prefix; what it suggests is on a line of its own.
  const [first = '', ...rest] = message.replace(/^error: /, '').split('\n');
  return new McptuiError('invalid', first, rest.length === 0 ? {} : { hint: rest.join(' ').replace(/^\(|\)$/g, '') });
}

function otherWord(verb: string): string | undefined {
  return Object.hasOwn(OTHER_WORDS, verb) ? OTHER_WORDS[verb] : undefined;
}
