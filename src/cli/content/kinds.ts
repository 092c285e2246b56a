/** Kinds as the command line names them, and the flags that several verbs share. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { ContentKind, SaveOptions } from '../../engine/index.ts';

export const contentKinds: readonly ContentKind[] = ['prompt', 'personality', 'skill'];

/** Name → the kinds' other names. */
export const aliases: Readonly<Record<ContentKind, readonly string[]>> = {
  prompt: ['prompts'],
  personality: ['persona', 'personas', 'personalities'],
  skill: ['skills'],
};

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
