/** Runs the operator's own editor on a temporary file. The variable that names it is split into words; no shell runs. */
import { isUtf8 } from 'node:buffer';
import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'shell-quote';
import { McptuiError } from '../../../kernel/errors.ts';
import { wrap } from '../../../text/clean.ts';
import type { EditOptions } from '../../kit/terminal.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface EditorCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** The variable that names it; undefined for the default. */
  readonly variable: string | undefined;
}

const variables = ['MCPTUI_EDITOR', 'VISUAL', 'EDITOR'] as const;

/**
 * `$MCPTUI_EDITOR`, else `$VISUAL`, else `$EDITOR`, else `vi`.
 * @throws McptuiError `invalid` when the variable uses what only a shell understands
 */
export function editorFrom(env: Environment): EditorCommand {
  return programFrom(env, variables, { command: 'vi', args: [] });
}

/**
 * The program that the first of these variables names, with its arguments; else the other one.
 * @throws McptuiError `invalid` when the variable uses what only a shell understands
 */
export function programFrom(
  env: Environment,
  names: readonly string[],
  otherwise: Pick<EditorCommand, 'command' | 'args'>,
): EditorCommand {
  const variable = names.find((name) => (env[name] ?? '').trim() !== '');
  if (variable === undefined) return { ...otherwise, variable };
  const value = env[variable] ?? '';
  const words = parse(value, (name) => env[name] ?? '').map((word) => {
    if (typeof word === 'string') return word;
    if ('op' in word && word.op === 'glob') return word.pattern;
    const what = 'op' in word ? word.op : '#';
    throw new McptuiError('invalid', `$${variable} uses ${what}, which only a shell understands`, {
      hint: 'name a program and its arguments, or a script that does the rest',
    });
  });
  const [command, ...args] = words;
  if (command === undefined || command === '') throw new McptuiError('invalid', `$${variable} names no program`);
  return { command, args, variable };
}

/**
 * The text as the editor left it; undefined when it was not changed or the editor failed.
 * `away` gives the terminal to the editor while the work goes on.
 * @throws McptuiError `unavailable` when the editor is not there, `invalid` when what it left is no text
 */
export async function editInFile(
  text: string,
  { name, error, acceptsUnchanged = false }: EditOptions,
  env: Environment,
  away: (work: () => Promise<void>) => Promise<void>,
): Promise<string | undefined> {
  const editor = editorFrom(env);
  const header = error === undefined ? [] : headerLines(error, acceptsUnchanged);
  const path = keepText([...header, text].join('\n'), name);
  let isKept = false;
  try {
    let exitCode: number | undefined;
    await away(async () => {
      exitCode = await runOn(path, editor, env, { what: 'editor', article: 'an', variable: 'EDITOR' });
    });
    if (exitCode !== 0) return undefined;
    const bytes = await readFile(path);
    if (!isUtf8(bytes)) {
      isKept = true;
      throw new McptuiError('invalid', `what ${editor.command} left is not UTF-8`, { hint: `it is kept in ${path}` });
    }
    const edited = withoutHeader(bytes.toString('utf8'), header);
    // Many editors end the last line without being asked.
    const isSame = edited === text || edited === `${text}\n`;
    return isSame && !acceptsUnchanged ? undefined : edited;
  } finally {
    if (!isKept) await rm(dirname(path), { recursive: true, force: true });
  }
}

/** Puts a text into a file of its own (0600, in a folder 0700) that stays; its path. */
export function keepText(text: string, name: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'mcptui-')), name.replaceAll(/[^\w.-]+/g, '-'));
  writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
  return path;
}

/** Resolves to its exit code; undefined when a signal ended it. `kind` names it where it is not there. */
export function runOn(
  path: string,
  { command, args, variable }: EditorCommand,
  env: Environment,
  kind: { readonly what: string; readonly article: string; readonly variable: string },
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args, path], { stdio: 'inherit', env: { ...env } });
    child.once('exit', (code) => resolve(code ?? undefined));
    child.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'ENOENT' ? 'is not there' : `cannot be started: ${cause.code ?? cause.message}`;
      const named = variable === undefined ? '' : `, which $${variable} names,`;
      reject(
        new McptuiError('unavailable', `the ${kind.what} ${command}${named} ${why}`, {
          hint: `set $${variable ?? kind.variable} to ${kind.article} ${kind.what} that exists`,
          cause,
        }),
      );
    });
  });
}

const headerWidth = 76;

const mend = 'Correct it and save; leave it unchanged to give up. These lines are removed.';
const retry =
  'Leave the editor to save, with or without a change; exit with an error to give up. These lines are removed.';

function headerLines(error: string, acceptsUnchanged: boolean): readonly string[] {
  const told = [...error.split(/\r?\n/), acceptsUnchanged ? retry : mend];
  return told.flatMap((line) => wrap(line, headerWidth)).map((line) => `# ${line}`.trimEnd());
}

/** Takes off only lines that were put there: a heading of the text begins with `#`, too. */
function withoutHeader(text: string, header: readonly string[]): string {
  if (header.length === 0) return text;
  const lines = text.split('\n');
  const isOurs = (line: string): boolean => header.includes(line.trimEnd());
  const first = lines.findIndex((line) => !isOurs(line));
  return first === -1 ? '' : lines.slice(first).join('\n');
}
