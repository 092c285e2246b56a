/**
 * Takes a prompt from a file that may have been written for another program (commands and agents of Claude Code, prompts of
 * Copilot, rules of Cursor): what mcptui has a field for goes there, the rest of the front matter is kept aside. Pure.
 */
import { McptuiError } from '../../kernel/errors.ts';
import { wordFor } from '../../kernel/foreign.ts';
import { promptContentSchema, type PromptContent } from '../../store/schema/content.ts';
import { PROMPT_FIELDS } from './document.ts';
import { looseFields, splitFrontMatter, type LooseField } from './front-matter.ts';
import { tagsFrom, withTags } from './tags.ts';
import { argumentsOf, undeclaredIn, withEscapes } from './template.ts';

export interface ImportedPrompt {
  /** Not yet checked by the schema. A field that the file does not name is absent. */
  readonly content: Partial<PromptContent> & Pick<PromptContent, 'body'>;
  /** What was done with the file beyond taking it as it stands, for people. */
  readonly notes: readonly string[];
}

const MAX_SUMMARY = 1_024;

/**
 * `text` has no byte order mark; `live` is what it takes the place of. In a new prompt `{{name}}` is text unless the file
 * lists the name: what other programs write is not for mcptui to fill.
 * @throws McptuiError `invalid` for front matter that is too long, or names a field twice
 */
export function importPrompt(what: string, text: string, live?: PromptContent): ImportedPrompt {
  const { fields, body: whole } = frontMatterOf(what, text);
  const notes: string[] = [];
  const twice = fields.find(({ key }, index) => isOwn(key) && fields.findIndex((one) => one.key === key) < index);
  if (twice !== undefined) throw new McptuiError('invalid', `${what}: the front matter has ${twice.key} twice`);
  const isOthers = fields.some(({ key }) => !isOwn(key));
  const taken = fields.filter((field) => isOwn(field.key) && (!isOthers || isMeantHere(field)));
  const own: Record<string, unknown> = {
    ...withTags(Object.fromEntries(taken.filter(({ value }) => value !== null).map(({ key, value }) => [key, value]))),
  };
  if (own['read'] === 'always') delete own['read'];
  const description = own['summary'] === undefined ? fields.find(({ key }) => key === 'description') : undefined;
  const summary = description === undefined ? (own['summary'] as string | undefined) : summaryOf(description, notes);
  const aside = fields.filter((field) => !taken.includes(field) && field !== description);
  if (aside.length > 0) {
    notes.push(`kept aside under \`foreign\`, which agents do not read: ${aside.map(({ key }) => key).join(', ')}`);
  }
  const before = typeof own['foreign'] === 'string' ? [own['foreign'].trimEnd()] : [];
  const foreign = [...before, ...aside.map(({ lines }) => lines)].join('\n');
  const isCommand = fields.some(({ key }) => COMMAND_FIELDS.has(key));
  const mapped = mapPlaceholders(trimmedEnd(whole), namesIn(own['arguments']), isCommand);
  for (const [before, after] of mapped.changes) notes.push(`${before} is ${after} here`);
  const listed = mapped.names.length > 0 || own['arguments'] !== undefined ? mapped.names : live?.arguments;
  const declares = listed ?? (live === undefined && argumentsOf([{ body: mapped.body }]).length > 0 ? [] : undefined);
  const content = {
    ...own,
    ...(summary === undefined ? {} : { summary }),
    ...(foreign === '' ? {} : { foreign }),
    ...(declares === undefined ? {} : { arguments: declares }),
    body: mapped.body,
  } as ImportedPrompt['content'];
  const texts = undeclaredIn(content);
  if (texts.length > 0) {
    const named = texts.map((name) => `{{${name}}}`).join(', ');
    notes.push(
      `${named} ${texts.length === 1 ? 'stays' : 'stay'} as text: list a name under \`arguments\` to have it filled`,
    );
  }
  return { content, notes };
}

const isOwn = (key: string): boolean => (PROMPT_FIELDS as readonly string[]).includes(key);

/** Other programs have fields of the same names: `priority: high`. */
function isMeantHere({ key, value }: LooseField): boolean {
  if (key === 'tags') return tagNames.safeParse(tagsFrom(value)).success;
  if (key === 'arguments') return argumentNames.safeParse(namesIn(value)).success;
  return (
    value === null || promptContentSchema.shape[key as keyof typeof promptContentSchema.shape].safeParse(value).success
  );
}

const argumentNames = promptContentSchema.shape.arguments;
const tagNames = promptContentSchema.shape.tags;

/** Words that only files of commands have, in which `$1` is an argument. */
const COMMAND_FIELDS: ReadonlySet<string> = new Set(['argument-hint', 'arguments', 'allowed-tools']);

/** A text may begin with a rule, which is no front matter. */
function frontMatterOf(what: string, text: string): { readonly fields: readonly LooseField[]; readonly body: string } {
  try {
    const split = splitFrontMatter(what, text);
    const fields = split === undefined ? undefined : looseFields(what, split.head);
    if (split !== undefined && fields !== undefined) return { fields, body: split.body };
  } catch (error) {
    // If it is not closed, its first lines tell: a horizontal rule has a blank line behind it.
    const [, first = '', ...more] = text.slice(0, 1_000).split('\n');
    if (first.trim() !== '' && looseFields(what, [first, ...more].join('\n')) !== undefined) throw error;
  }
  return { fields: [], body: text };
}

function summaryOf({ value }: LooseField, notes: string[]): string | undefined {
  if (value === null) return undefined;
  const text = (typeof value === 'string' ? value : wordFor(value)).trim();
  notes.push('description is the summary here');
  if (text.length <= MAX_SUMMARY) return text;
  notes.push(`the summary is cut to ${MAX_SUMMARY} characters`);
  return `${text.slice(0, MAX_SUMMARY - 1)}…`.toWellFormed();
}

function namesIn(listed: unknown): readonly string[] {
  const all = typeof listed === 'string' ? listed.split(/[ ,]+/) : Array.isArray(listed) ? listed : [];
  return all.filter((name): name is string => typeof name === 'string' && name !== '');
}

interface Mapped {
  readonly body: string;
  readonly names: string[];
  /** What stood there, and what stands there now. */
  readonly changes: ReadonlyMap<string, string>;
}

/** `$ARGUMENTS`, `$ARGUMENTS[0]`, `$1`, `$name`, `${input:name}` and `${input:name:hint}`. */
const PLACEHOLDER = /\$(?:(\w{1,64})(?:\[(\d)\])?|\{input:([A-Za-z_]\w{0,63})(?::[^}\n]{0,200})?\})(?!\w)/g;

function mapPlaceholders(body: string, listed: readonly string[], isCommand: boolean): Mapped {
  const names = new Map(listed.map((name) => [name.replace('?', ''), name]));
  const changes = new Map<string, string>();
  const isPositional = isCommand || /\$ARGUMENTS\b/.test(body);
  const argumentFor = (word: string, index: string | undefined): string | undefined => {
    if (word === 'ARGUMENTS') return index === undefined ? 'arguments' : `arg${Number(index) + 1}`;
    if (/^[1-9]$/.test(word)) return isPositional ? `arg${word}` : undefined;
    return isCommand && names.has(word) ? word : undefined;
  };
  const map = (whole: string, word?: string, index?: string, input?: string): string => {
    const name = input ?? argumentFor(word ?? '', index);
    if (name === undefined) return whole;
    // Commands may be called without: what is not given is empty.
    if (!names.has(name)) names.set(name, input === undefined ? `${name}?` : name);
    // An index belongs to $ARGUMENTS alone.
    const rest = index === undefined || word === 'ARGUMENTS' ? '' : `[${index}]`;
    changes.set(whole, `{{${name}}}${rest}`);
    return `{{${name}}}${rest}`;
  };
  body.replace(PLACEHOLDER, map);
  const added = [...names.keys()].filter((name) => !listed.includes(name) && !listed.includes(`${name}?`));
  return { body: withEscapes(body, added).replace(PLACEHOLDER, map), names: [...names.values()], changes };
}

const trimmedEnd = (body: string): string => body.replace(/\r?\n$/, '');
