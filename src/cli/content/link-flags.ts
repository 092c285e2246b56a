/** Reads the flags that say what a prompt links. */
import { Option, type Command } from 'commander';
import type { PromptContent } from '../../engine/index.ts';

export interface LinkFlags {
  /** `false` for `--no-link`. */
  readonly link?: readonly string[] | false;
  readonly stale?: string | false;
}

const collect = (link: string, before: readonly string[] | false | undefined): readonly string[] => [
  ...(Array.isArray(before) ? (before as readonly string[]) : []),
  link,
];

/** `isEdit`: what is there can be taken away. */
export function withLinkFlags(command: Command, isEdit: boolean): Command {
  command
    .option(
      '--link <ref>',
      `a prompt, read live in front of this one, or a resource, PROJECT/SERVER:URI, behind it; repeatable${isEdit ? ', in place of all' : ''}`,
      collect,
    )
    .addOption(
      new Option('--stale <age>', 'while a linked resource cannot be read: the last text, up to a day old').choices([
        'day',
      ]),
    );
  if (isEdit) command.option('--no-link', 'it links nothing any more').option('--no-stale', 'no text of before');
  return command;
}

export function hasLinkFlags({ link, stale }: LinkFlags): boolean {
  return link !== undefined || stale !== undefined;
}

/** What is not named stays as it is; the engine checks it. */
export function withLinks<T extends Partial<PromptContent>>(content: T, { link, stale }: LinkFlags): T {
  const { link: linkBefore, stale: staleBefore, ...rest } = content;
  const links = link === undefined ? linkBefore : link === false ? undefined : link.length === 1 ? link[0] : link;
  const age = stale === undefined ? staleBefore : stale === false ? undefined : stale;
  return {
    ...rest,
    ...(links === undefined ? {} : { link: links }),
    ...(age === undefined ? {} : { stale: age }),
  } as unknown as T;
}
