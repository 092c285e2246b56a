/** Runs `create project|agent|prompt|personality|skill`. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { Option, type Command } from 'commander';
import { defined } from '../../kernel/defined.ts';
import { McptuiError } from '../../kernel/errors.ts';
import {
  importPrompt,
  skillFrontMatter,
  type ContentDraft,
  type ContentKind,
  type PromptContent,
} from '../../engine/index.ts';
import { approvalChange, withApprovalFlags, type ApprovalFlags } from './approval-flags.ts';
import { pageChange, withPageFlags, type PageFlags } from './page-flags.ts';
import { gateChange, withGateFlags, type GateFlags } from './gate-flags.ts';
import { nameChange, wholeNumber, type NameFlags } from './name-flags.ts';
import type { Context } from '../context.ts';
import { withKeyFlags } from '../key-flags.ts';
import { withEngine } from '../with-engine.ts';
import { aliases, saveOptions, withSaveFlags, type SaveFlags } from './kinds.ts';
import { withLinkFlags, withLinks, type LinkFlags } from './link-flags.ts';
import { mappedName } from './names.ts';
import { readSkill } from './skill-folder.ts';
import { readInput } from './text-file.ts';

interface PlaceFlags {
  readonly project?: string;
  readonly agent?: string;
}

interface ProjectFlags extends NameFlags, GateFlags, PageFlags, ApprovalFlags {
  readonly instructions?: string;
  readonly file?: string;
}

interface PromptFlags extends SaveFlags, PlaceFlags, LinkFlags {
  readonly file?: string;
  readonly body?: string;
  readonly summary?: string;
  readonly tag: readonly string[];
  readonly priority?: string;
  readonly read?: string;
}

export function addContentCreation(create: Command, context: Context): void {
  const project = withGateFlags(
    withApprovalFlags(create.command('project'))
      .description('servers and prompts that agents work with')
      .argument('<name>')
      .option('--instructions <text>', 'the first thing its agents read')
      .option('--file <file>', 'instructions from a file, - for stdin')
      .option('--tool-name-limit <n>', 'characters of a tool name that agents’ models take; 64', wholeNumber)
      .option('--client-prefix <text>', 'what clients put in front of each name, such as mcp__mcptui__'),
    [new Option('--gated', 'agents say first what they are about to do')],
  );
  withPageFlags(project).action(async (name: string, flags: ProjectFlags) => {
    const instructions = flags.file === undefined ? flags.instructions : await readInput(flags.file);
    const change = {
      ...defined({ instructions }),
      ...gateChange(flags),
      ...pageChange(flags),
      ...nameChange(flags),
      ...approvalChange(flags),
    };
    await withEngine(context, (engine) => engine.commands.createProject(name, change));
    context.print(`project ${name} created`);
  });
  create
    .command('agent')
    .description('a client identity with prompts and personalities of its own')
    .argument('<name>')
    .option('-p, --project <name>', 'where it works', 'default')
    .option('--summary <text>', 'one line for lists')
    .option('--default', 'use it for sessions that name no agent')
    .action(async (name: string, flags: { project: string; summary?: string; default?: boolean }) => {
      const summary = flags.summary === undefined ? {} : { summary: flags.summary };
      const change = { project: flags.project, ...summary, isDefault: flags.default === true };
      await withEngine(context, (engine) => engine.commands.createAgent(name, change));
      context.print(`agent ${name} created in project ${flags.project}`);
    });
  const prompt = withSaveFlags(
    withKeyFlags(create.command('prompt'))
      .description('text that agents read: for everybody, for one project, or for one agent')
      .argument('<name>')
      .option('-p, --project <name>', 'of this project')
      .option('--agent <name>', 'of this agent alone')
      .option('--file <file>', 'from a file, also of another program; - for stdin')
      .option('--body <text>', 'the text itself')
      .option('--summary <text>', 'one line for lists')
      .option('--tag <tag>', 'what it is about; repeatable', (tag: string, all: readonly string[]) => [...all, tag], [])
      .option('--priority <1-10>', 'higher is read first, default 5')
      .addOption(
        new Option('--read <when>', 'worn: only where the session’s personality binds it').choices(['always', 'worn']),
      ),
  );
  withLinkFlags(prompt, false).action(async (name: string, flags: PromptFlags) => {
    const { draft, notes } = await promptDraft(name, flags);
    await save(context, 'prompt', draft, flags, notes);
  });
  withSaveFlags(
    withKeyFlags(create.command('personality'))
      .alias(aliases.personality[0] ?? '')
      .description('an ordered set of prompts that an agent wears')
      .argument('<name>')
      .requiredOption('--agent <name>', 'whose it is')
      .option('--summary <text>', 'one line for lists')
      .option(
        '--prompt <ref>',
        'bind it; repeatable, in order',
        (ref: string, all: readonly string[]) => [...all, ref],
        [],
      ),
  ).action(async (name: string, flags: SaveFlags & { agent: string; summary?: string; prompt: string[] }) => {
    const content = { summary: flags.summary ?? '', prompts: flags.prompt };
    await save(context, 'personality', { name, agent: flags.agent, content }, flags);
  });
  withSaveFlags(
    withKeyFlags(create.command('skill'))
      .description('a bundle of files with a SKILL.md')
      .argument('<name>', 'or its folder alone, whose name it gets')
      .argument('[folder]', 'its files, or one SKILL.md')
      .option('-p, --project <name>', 'of this project')
      .option('--agent <name>', 'of this agent alone'),
  ).action(async (given: string, folder: string | undefined, flags: SaveFlags & PlaceFlags) => {
    const { name, notes } = mappedName('skill', folder === undefined ? nameOf(given) : given);
    const skill = await readSkill(folder ?? given);
    const draft = { name, ...placeOf(flags), content: skill.content };
    const { name: said = name } = skillFrontMatter(skill.content);
    const own = said === name || notes.length > 0 ? [] : [`its SKILL.md names it ${said}; here it is ${name}`];
    await save(context, 'skill', draft, flags, [...notes, ...own, ...skill.notes]);
  });
}

/** @throws McptuiError `invalid` for a name without a folder */
function nameOf(folder: string): string {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return path.basename(path.resolve(folder));
  throw new McptuiError('invalid', `skill ${folder}: give the folder of its files`, {
    hint: 'mcptui create skill NAME FOLDER, or a folder alone',
  });
}

async function save(
  context: Context,
  kind: ContentKind,
  draft: ContentDraft,
  flags: SaveFlags,
  notes: readonly string[] = [],
): Promise<void> {
  const saved = await withEngine(context, (engine) => engine.commands.createContent(kind, draft, saveOptions(flags)));
  context.print(`${kind} ${saved.ref} created, ${saved.semver}`);
  for (const note of notes) context.note(note);
}

/** @throws McptuiError `invalid` */
async function textOf(file: string): Promise<string> {
  const text = await readInput(file);
  if (text.trim() === '') throw new McptuiError('invalid', `${file} is empty: a prompt needs a text`);
  return text;
}

function placeOf({ project, agent }: PlaceFlags): PlaceFlags {
  return { ...(project === undefined ? {} : { project }), ...(agent === undefined ? {} : { agent }) };
}

async function promptDraft(
  given: string,
  flags: PromptFlags,
): Promise<{ readonly draft: ContentDraft; readonly notes: readonly string[] }> {
  const { file, body, summary, tag, priority, read } = flags;
  const { name, notes } = mappedName('prompt', given);
  if ((file === undefined) === (body === undefined)) {
    throw new McptuiError('invalid', `prompt ${name}: give its text by --body or by --file`, {
      hint: `--file - reads it from stdin`,
    });
  }
  const imported =
    file === undefined ? { content: { body: body ?? '' }, notes: [] } : importPrompt(file, await textOf(file));
  const content = {
    ...imported.content,
    ...(summary === undefined ? {} : { summary }),
    ...(tag.length === 0 ? {} : { tags: tag }),
    ...(priority === undefined ? {} : { priority: Number(priority) }),
    ...(read === undefined ? {} : { read }),
  } as PromptContent;
  return {
    draft: { name, ...placeOf(flags), content: withLinks(content, flags) },
    notes: [...notes, ...imported.notes],
  };
}
