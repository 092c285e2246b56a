/** Kinds as the command line names them, and the flags that several verbs share. */
import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { McptuiError } from '../../errors.ts';
import type { ContentKind, SaveOptions } from '../../engine/index.ts';

export const contentKinds: readonly ContentKind[] = ['prompt', 'personality', 'skill'];

/** Name → the kinds' other names. */
export const aliases: Readonly<Record<ContentKind, readonly string[]>> = {
  prompt: ['prompts'],
  personality: ['persona', 'personas', 'personalities'],
  skill: ['skills'],
};

/** What an operator would take `--gated` for is more than it does. */
export const GATED_NOTE = 'gated is only remembered: no session is held back by it';

/** A kind with revisions. @throws commander's error for another one */
export function contentKind(text: string): ContentKind {
  const found = contentKinds.find((kind) => kind === text || aliases[kind].includes(text));
  if (found !== undefined) return found;
  const hint = ['project', 'agent', 'server', 'secret'].includes(text) ? `a ${text} has no revisions; ` : '';
  throw new InvalidArgumentError(`${hint}use prompt, personality or skill`);
}

export interface SaveFlags {
  readonly bump?: 'major' | 'minor' | 'patch';
  readonly semver?: string;
  readonly note?: string;
}

export function withSaveFlags(command: Command): Command {
  return command
    .addOption(new Option('--bump <part>', 'of the number, default patch').choices(['major', 'minor', 'patch']))
    .option('--semver <X.Y.Z>', 'this number instead; above the live one')
    .option('--note <text>', 'why, for the history');
}

export function saveOptions({ bump, semver, note }: SaveFlags): SaveOptions {
  return {
    ...(bump === undefined ? {} : { bump }),
    ...(semver === undefined ? {} : { semver }),
    ...(note === undefined ? {} : { note }),
  };
}

/** Text of a file, or of stdin for `-`. @throws McptuiError `invalid` naming the file */
export async function readInput(file: string): Promise<string> {
  if (file === '-') return readAll(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new McptuiError('invalid', `cannot read ${file}: ${(error as NodeJS.ErrnoException).code ?? ''}`, {
      cause: error,
    });
  }
}
