/** Flags of a project that say whether long answers come in pages. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { defined } from '../../kernel/defined.ts';
import type { ProjectChange } from '../../engine/index.ts';
import { wholeNumber } from './name-flags.ts';

const overrides = ['off', 'paginate', 'sections', 'summarise', 'default'] as const;
type Override = (typeof overrides)[number];

export interface PageFlags {
  readonly pages?: 'passthrough' | 'paginate' | 'sections' | 'summarise';
  readonly pageTokens?: number;
  readonly pagesOf?: Readonly<Record<string, Override>>;
}

export function withPageFlags(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--pages <how>',
        'long answers come whole, in pages, in the sections they have, or as a summary',
      ).choices(['passthrough', 'paginate', 'sections', 'summarise']),
    )
    .option('--page-tokens <n>', 'of a page, at most; 8000', wholeNumber)
    .option(
      '--pages-of <server[/tool]=how>',
      'off, paginate, sections, summarise, or default for as the project has it; repeatable',
      override,
    );
}

/** @throws InvalidArgumentError */
function override(text: string, before: Readonly<Record<string, Override>> = {}): Readonly<Record<string, Override>> {
  const at = text.lastIndexOf('=');
  const how = text.slice(at + 1);
  if (at < 1 || !isOverride(how)) {
    throw new InvalidArgumentError(
      'use SERVER=HOW or SERVER/TOOL=HOW with off, paginate, sections, summarise or default',
    );
  }
  return { ...before, [text.slice(0, at)]: how };
}

function isOverride(text: string): text is Override {
  return (overrides as readonly string[]).includes(text);
}

export function pageChange({ pages: kind, pageTokens, pagesOf }: PageFlags): ProjectChange {
  const pages = defined({ kind, pageTokens, overrides: pagesOf });
  return Object.keys(pages).length === 0 ? {} : { pages };
}
