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

/** `a project`, `an agent`. */
export function article(kind: string): string {
  return `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

/** A kind with revisions. @throws commander's error for another one */
export function revisedKind(text: string): ContentKind | 'server' {
  if (text === 'server' || text === 'servers') return 'server';
  const found = contentKinds.find((kind) => kind === text || aliases[kind].includes(text));
  if (found !== undefined) return found;
  const hint = ['project', 'agent', 'secret'].includes(text) ? `${article(text)} has no revisions; ` : '';
  throw new InvalidArgumentError(`${hint}use server, prompt, personality or skill`);
}

/** What has earlier versions to come back to. */
export function restoredKind(text: string): ContentKind | 'server' | 'secret' {
  return ['secret', 'secrets', 'sec'].includes(text) ? 'secret' : revisedKind(text);
}

export interface SaveFlags {
  readonly bump?: 'major' | 'minor' | 'patch';
  readonly semver?: string;
  readonly note?: string;
}

const saveFlags = (): readonly Option[] => [
  new Option('--bump <part>', 'of the number, default patch').choices(['major', 'minor', 'patch']),
  new Option('--semver <X.Y.Z>', 'this number instead; above the live one'),
  new Option('--note <text>', 'why, for the history'),
];

export function withSaveFlags(command: Command): Command {
  for (const option of saveFlags()) command.addOption(option);
  return command;
}

/** Known, so that they can be refused with the reason; no help offers them. */
export function withoutSaveFlags(command: Command): Command {
  for (const option of saveFlags()) command.addOption(option.hideHelp());
  return command;
}

export function saveOptions({ bump, semver, note }: SaveFlags): SaveOptions {
  return {
    ...(bump === undefined ? {} : { bump }),
    ...(semver === undefined ? {} : { semver }),
    ...(note === undefined ? {} : { note }),
  };
}
