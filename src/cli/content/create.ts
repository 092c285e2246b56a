/** `create project|agent|prompt|personality|skill`. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { McptuiError } from '../../errors.ts';
import type { ContentDraft, ContentKind, PromptContent } from '../../engine/index.ts';
import { withEngine, type Context } from '../context.ts';
import { aliases, GATED_NOTE, readInput, saveOptions, withSaveFlags, type SaveFlags } from './kinds.ts';

interface PlaceFlags {
  readonly project?: string;
  readonly agent?: string;
}

interface PromptFlags extends SaveFlags, PlaceFlags {
  readonly file?: string;
  readonly body?: string;
  readonly summary?: string;
  readonly priority?: string;
  readonly link?: string;
}

export function addContentCreation(create: Command, context: Context): void {
  create
    .command('project')
    .description('servers and prompts that agents work with')
    .argument('<name>')
    .option('--instructions <text>', 'the first thing its agents read')
    .option('--file <file>', 'instructions from a file, - for stdin')
    .option('--gated', 'remembered for later versions; it holds no session back')
    .action(async (name: string, flags: { instructions?: string; file?: string; gated?: boolean }) => {
      const instructions = flags.file === undefined ? flags.instructions : await readInput(flags.file);
      const change = {
        ...(instructions === undefined ? {} : { instructions }),
        ...(flags.gated === undefined ? {} : { gated: flags.gated }),
      };
      await withEngine(context, (engine) => engine.commands.createProject(name, change));
      context.print(`project ${name} created`);
      if (flags.gated === true) context.note(GATED_NOTE);
    });
  create
    .command('agent')
    .description('a client identity with prompts and personalities of its own')
    .argument('<name>')
    .option('--project <name>', 'where it works', 'default')
    .option('--summary <text>', 'one line for lists')
    .option('--default', 'stands for sessions that name no agent')
    .action(async (name: string, flags: { project: string; summary?: string; default?: boolean }) => {
      const summary = flags.summary === undefined ? {} : { summary: flags.summary };
      const change = { project: flags.project, ...summary, isDefault: flags.default === true };
      await withEngine(context, (engine) => engine.commands.createAgent(name, change));
      context.print(`agent ${name} created in project ${flags.project}`);
    });
  withSaveFlags(
    create
      .command('prompt')
      .description('text that agents read: of everybody, of one project, or of one agent')
      .argument('<name>')
      .option('--project <name>', 'of this project')
      .option('--agent <name>', 'of this agent alone')
      .option('--file <file>', 'front matter and body from a file, - for stdin')
      .option('--body <text>', 'the text itself')
      .option('--summary <text>', 'one line for lists')
      .option('--priority <1-10>', 'higher is read first, default 5')
      .option('--link <ref>', "another project's prompt, read live in front of this one"),
  ).action(async (name: string, flags: PromptFlags) => save(context, 'prompt', await promptDraft(name, flags), flags));
  withSaveFlags(
    create
      .command('personality')
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
    create
      .command('skill')
      .description('a bundle of files with a SKILL.md')
      .argument('<name>')
      .argument('<folder>', 'its files, or one SKILL.md')
      .option('--project <name>', 'of this project')
      .option('--agent <name>', 'of this agent alone'),
  ).action(async (name: string, folder: string, flags: SaveFlags & PlaceFlags) => {
    await save(context, 'skill', { name, ...placeOf(flags), content: { files: await filesIn(folder) } }, flags);
  });
}

async function save(context: Context, kind: ContentKind, draft: ContentDraft, flags: SaveFlags): Promise<void> {
  const saved = await withEngine(context, (engine) => engine.commands.createContent(kind, draft, saveOptions(flags)));
  context.print(`${kind} ${saved.ref} created, ${saved.semver}`);
}

function placeOf({ project, agent }: PlaceFlags): PlaceFlags {
  return { ...(project === undefined ? {} : { project }), ...(agent === undefined ? {} : { agent }) };
}

async function promptDraft(name: string, flags: PromptFlags): Promise<ContentDraft> {
  const { file, body, summary, priority, link } = flags;
  if ((file === undefined) === (body === undefined)) {
    throw new McptuiError('invalid', `prompt ${name}: give its text by --body or by --file`, {
      hint: `--file - reads it from stdin`,
    });
  }
  if (file !== undefined) {
    if (summary !== undefined || priority !== undefined || link !== undefined) {
      throw new McptuiError('invalid', 'with --file the front matter has summary, priority and link');
    }
    return { name, ...placeOf(flags), text: await readInput(file) };
  }
  const content: PromptContent = {
    summary: summary ?? '',
    priority: priority === undefined ? 5 : Number(priority),
    ...(link === undefined ? {} : { link }),
    body: body ?? '',
  };
  return { name, ...placeOf(flags), content };
}

/** Every file below the folder by its path there; a lone file is the SKILL.md. @throws McptuiError `invalid` */
export async function filesIn(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOTDIR') return undefined;
      throw new McptuiError('invalid', `cannot read ${folder}: ${error.code ?? ''}`, { cause: error });
    },
  );
  if (entries === undefined) return { 'SKILL.md': await readInput(folder) };
  const files: Record<string, string> = {};
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    const bytes = await readFile(file);
    const name = path.relative(folder, file).split(path.sep).join('/');
    const text = bytes.toString('utf8');
    if (!Buffer.from(text).equals(bytes)) throw new McptuiError('invalid', `${file} is not UTF-8 text`);
    files[name] = text;
  }
  return files;
}
