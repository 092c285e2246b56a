/** Tells all verbs as data: what `--help-json` prints, and what completion, the man page and docs/cli.md are made from. */
import type { Command, Option } from 'commander';
import { version } from '../../kernel/version.ts';
import { exampleLines } from '../examples.ts';
import { exitCodes } from '../exit-codes.ts';

export interface HelpTree {
  readonly name: string;
  readonly version: string;
  readonly about: string;
  /** Of every verb, in front of it. */
  readonly options: readonly HelpOption[];
  readonly verbs: readonly HelpVerb[];
  /** Name → code. */
  readonly exitCodes: Readonly<Record<string, number>>;
}

export interface HelpVerb {
  /** `get servers`. */
  readonly words: string;
  readonly aliases: readonly string[];
  /** Title under which `mcptui help` lists it. */
  readonly group: string;
  readonly about: string;
  readonly args: readonly HelpArgument[];
  readonly options: readonly HelpOption[];
  /** Command lines without `mcptui`. */
  readonly examples: readonly string[];
  /** It has verbs below it, and does nothing by itself. */
  readonly isGroup: boolean;
}

export interface HelpArgument {
  readonly name: string;
  readonly about: string;
  readonly required: boolean;
  readonly variadic: boolean;
  readonly choices?: readonly string[];
}

export interface HelpOption {
  /** `--output`; a short one alone `-x`. */
  readonly long: string;
  readonly short?: string;
  readonly about: string;
  /** Name of its value; absent = it takes none. */
  readonly value?: string;
  readonly isValueOptional?: true;
  readonly variadic?: true;
  readonly choices?: readonly string[];
  readonly default?: string;
  /** Variable that stands for it. */
  readonly env?: string;
}

export function helpTree(root: Command): HelpTree {
  return {
    name: root.name(),
    version,
    about: root.description(),
    options: optionsOf(root),
    verbs: root.commands.flatMap((child) => verbsOf(child, [], child.helpGroup() ?? '')),
    exitCodes,
  };
}

function verbsOf(command: Command, above: readonly string[], group: string): readonly HelpVerb[] {
  const words = [...above, command.name()];
  const visible = command.createHelp().visibleCommands(command);
  const children = command.commands.filter((child) => visible.includes(child) && child.name() !== 'help');
  const own: HelpVerb = {
    words: words.join(' '),
    aliases: command.aliases(),
    group: group.replace(/:$/, ''),
    about: command.description(),
    args: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      about: argument.description,
      required: argument.required,
      variadic: argument.variadic,
      ...(argument.argChoices === undefined ? {} : { choices: argument.argChoices }),
    })),
    options: optionsOf(command),
    examples: exampleLines(words.join(' ')),
    isGroup: children.length > 0,
  };
  return [own, ...children.flatMap((child) => verbsOf(child, words, group))];
}

function optionsOf(command: Command): readonly HelpOption[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .map((option) => ({
      long: option.long ?? option.short ?? '',
      ...(option.long !== undefined && option.short !== undefined ? { short: option.short } : {}),
      about: option.description,
      ...valueOf(option),
      ...(option.argChoices === undefined ? {} : { choices: option.argChoices }),
      ...defaultOf(option),
      ...(option.envVar === undefined ? {} : { env: option.envVar }),
    }));
}

function valueOf(option: Option): Pick<HelpOption, 'value' | 'isValueOptional' | 'variadic'> {
  const [, name = 'value'] = /[<[]([^\]>.]+)/.exec(option.flags) ?? [];
  if (!option.required && !option.optional) return {};
  return {
    value: name,
    ...(option.optional ? { isValueOptional: true as const } : {}),
    ...(option.variadic ? { variadic: true as const } : {}),
  };
}

function defaultOf({ defaultValue }: Option): { readonly default?: string } {
  return typeof defaultValue === 'string' || typeof defaultValue === 'number' ? { default: String(defaultValue) } : {};
}
