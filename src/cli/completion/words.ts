/** Decides what may stand next on a command line: verbs, options, and which names of what kind. Pure. */
import type { HelpArgument, HelpOption, HelpTree, HelpVerb } from '../help/tree.ts';
import { namesFor, optionNames, type NameKind } from './name-kinds.ts';

export type Wanted =
  /** Words that are known here, with what they mean. */
  | { readonly kind: 'words'; readonly words: readonly Offer[] }
  /** Names that the engine knows; `prefix` is put before each. */
  | { readonly kind: 'names'; readonly of: NameKind; readonly prefix: string }
  /** The shell's own completion of files or folders. */
  | { readonly kind: 'files' | 'folders' };

export interface Offer {
  readonly value: string;
  readonly about: string;
}

const NOTHING: Wanted = { kind: 'words', words: [] };
const FILES = /^(?:file|files|names|folder|folder\?|script)$/;
const FILE_OPTIONS = /(?:^--file$|^--filename$|-file$)/;

/** `typed`: the words behind `mcptui`; the last one is being typed, and may be empty. */
export function wantedNext(tree: HelpTree, typed: readonly string[]): Wanted {
  const current = typed.at(-1) ?? '';
  const before = typed.slice(0, -1);
  // What follows is another program's.
  if (before.includes('--')) return NOTHING;
  const { verb, words, rest } = verbIn(tree, before);
  const options = verb?.options ?? tree.options;
  const [, name, value] = /^(--[\w-]+)=(.*)$/.exec(current) ?? [];
  if (name !== undefined) return valueOf(optionNamed(options, name), `${name}=`, value ?? '');
  const last = optionNamed(options, before.at(-1) ?? '');
  if (last?.value !== undefined && last.isValueOptional !== true) return valueOf(last, '', current);
  if (current.startsWith('-')) return { kind: 'words', words: flags(options, before) };
  const below = verbsAfter(tree, words);
  if (verb === undefined || verb.isGroup) return rest.length > 0 ? NOTHING : { kind: 'words', words: below };
  const given = positionals(rest, options);
  const argument = verb.args[Math.min(given.length, verb.args.length - 1)];
  if (argument === undefined || (given.length >= verb.args.length && !argument.variadic)) return NOTHING;
  return argumentOf(verb, argument, given);
}

/** The longest verb that the words name, and what is behind it. */
function verbIn(
  tree: HelpTree,
  typed: readonly string[],
): { readonly verb: HelpVerb | undefined; readonly words: readonly string[]; readonly rest: readonly string[] } {
  let words: readonly string[] = [];
  let verb: HelpVerb | undefined;
  let at = 0;
  // Options in front of the verb are those of every verb.
  while (at < typed.length && typed[at]?.startsWith('-') === true) {
    const option = optionNamed(tree.options, typed[at] ?? '');
    at += option?.value === undefined || typed[at]?.includes('=') === true ? 1 : 2;
  }
  while (at < typed.length) {
    const next = childNamed(tree, words, typed[at] ?? '');
    if (next === undefined) break;
    verb = next;
    words = next.words.split(' ');
    at += 1;
    if (!next.isGroup) break;
  }
  return { verb, words, rest: typed.slice(at) };
}

function childNamed(tree: HelpTree, above: readonly string[], word: string): HelpVerb | undefined {
  return tree.verbs.find((verb) => isBelow(verb, above) && (lastOf(verb) === word || verb.aliases.includes(word)));
}

function verbsAfter(tree: HelpTree, above: readonly string[]): readonly Offer[] {
  return tree.verbs.filter((verb) => isBelow(verb, above)).map((verb) => ({ value: lastOf(verb), about: verb.about }));
}

function isBelow({ words }: HelpVerb, above: readonly string[]): boolean {
  const own = words.split(' ');
  return own.length === above.length + 1 && above.every((word, index) => own[index] === word);
}

function lastOf({ words }: HelpVerb): string {
  return words.slice(words.lastIndexOf(' ') + 1);
}

function optionNamed(options: readonly HelpOption[], word: string): HelpOption | undefined {
  const [name] = word.split('=');
  return options.find(({ long, short }) => long === name || (short !== undefined && short === name));
}

/** Those that are not there yet; one that takes many values may come again. */
function flags(options: readonly HelpOption[], before: readonly string[]): readonly Offer[] {
  return options
    .filter(({ long, short, value }) => value !== undefined || !before.includes(long) || !before.includes(short ?? ''))
    .map(({ long, about }) => ({ value: long, about }));
}

function valueOf(option: HelpOption | undefined, prefix: string, _typed: string): Wanted {
  if (option === undefined) return NOTHING;
  const { choices, long } = option;
  if (choices !== undefined)
    return { kind: 'words', words: choices.map((value) => ({ value: prefix + value, about: '' })) };
  const of = optionNames[long];
  if (of !== undefined) return { kind: 'names', of, prefix };
  if (FILE_OPTIONS.test(long)) return { kind: 'files' };
  return long === '--cwd' ? { kind: 'folders' } : NOTHING;
}

function argumentOf(verb: HelpVerb, { name, choices }: HelpArgument, given: readonly string[]): Wanted {
  if (choices !== undefined) return { kind: 'words', words: choices.map((value) => ({ value, about: '' })) };
  if (FILES.test(name)) return { kind: 'files' };
  const found = namesFor(verb.words, name, given);
  if (found === undefined) return NOTHING;
  return Array.isArray(found)
    ? { kind: 'words', words: (found as readonly string[]).map((value) => ({ value, about: '' })) }
    : { kind: 'names', of: found as NameKind, prefix: '' };
}

/** Words that are neither options nor their values. */
function positionals(rest: readonly string[], options: readonly HelpOption[]): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at] ?? '';
    if (!word.startsWith('-')) found.push(word);
    else if (optionNamed(options, word)?.value !== undefined && !word.includes('=')) at += 1;
  }
  return found;
}
