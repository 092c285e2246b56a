/** Runs `edit project|agent|prompt|personality|skill`: flags, a file, or the operator's editor. */
import { Command, Option } from 'commander';
import { McptuiError } from '../../kernel/errors.ts';
import {
  importPrompt,
  type AgentChange,
  type Content,
  type ContentChange,
  type ContentKind,
  type Engine,
  type ProjectChange,
  type PromptContent,
  type SaveOptions,
} from '../../engine/index.ts';
import { addModelEditing } from '../verbs/edit-model.ts';
import { addRoleEditing } from '../verbs/role.ts';
import { addServerEditing } from '../verbs/edit-server.ts';
import type { Context } from '../context.ts';
import { inEditor } from '../in-editor.ts';
import { withKeyFlags } from '../key-flags.ts';
import { approvalChange, withApprovalFlags, type ApprovalFlags } from './approval-flags.ts';
import { withEngine } from '../with-engine.ts';
import { pageChange, withPageFlags, type PageFlags } from './page-flags.ts';
import { gateChange, withGateFlags, type GateFlags } from './gate-flags.ts';
import { nameChange, wholeNumber, type NameFlags } from './name-flags.ts';
import {
  aliases,
  article,
  contentKinds,
  saveOptions,
  withoutSaveFlags,
  withSaveFlags,
  type SaveFlags,
} from './kinds.ts';
import { hasLinkFlags, withLinkFlags, withLinks, type LinkFlags } from './link-flags.ts';
import { readSkill } from './skill-folder.ts';
import { readInput } from './text-file.ts';

export function editCommand(context: Context): Command {
  const edit = new Command('edit').description(
    'change a server, a project, an agent, a prompt, a personality or a skill',
  );
  addServerEditing(edit, context);
  addModelEditing(edit, context);
  addRoleEditing(edit, context);
  for (const kind of contentKinds) {
    const command = edit
      .command(kind)
      .aliases([...aliases[kind]])
      .description(`in $MCPTUI_EDITOR, $VISUAL, $EDITOR or vi; unchanged = nothing happens`)
      .argument('<name>')
      .option('--file <file>', kind === 'skill' ? 'its folder instead' : 'from a file instead, - for stdin');
    if (kind === 'prompt') withLinkFlags(command.option('--body <text>', 'this text instead'), true);
    withKeyFlags(withSaveFlags(command)).action((ref: string, flags: ContentFlags) =>
      withEngine(context, (engine) => editContent(context, engine, kind, ref, flags)),
    );
  }
  withoutSaveFlags(
    withPageFlags(
      withGateFlags(
        withApprovalFlags(withKeyFlags(edit.command('project')))
          .description('its instructions, its gate, its pages, and how it names tools')
          .argument('<name>')
          .option('--instructions <text>', 'the first thing its agents read; without flags: in your editor')
          .option('--file <file>', 'instructions from a file, - for stdin')
          .option('--tool-name-limit <n>', 'characters of a tool name that agents’ models take; 64', wholeNumber)
          .option('--client-prefix <text>', 'what clients put in front of each name, such as mcp__mcptui__'),
        [
          new Option('--gated', 'agents say first what they are about to do'),
          new Option('--no-gated', 'agents meet all of it at once'),
        ],
      ),
    ),
  ).action(async (name: string, flags: ProjectFlags) => {
    refuseRevision('project', flags);
    await withEngine(context, (engine) => editProject(context, engine, name, flags));
  });
  withoutSaveFlags(
    withKeyFlags(edit.command('agent'))
      .description('where it works, what it wears, whether it is the default')
      .argument('<name>')
      .option('-p, --project <name>', 'where it works')
      .option('--summary <text>', 'one line for lists')
      .option('--default', 'use it for sessions that name no agent')
      .option('--no-default', 'use it no longer for sessions that name no agent')
      .option('--default-personality <name>', 'what it wears; "" for nothing'),
  ).action(async (name: string, flags: AgentFlags) => {
    refuseRevision('agent', flags);
    const change = agentChange(name, flags);
    await withEngine(context, (engine) => engine.commands.updateAgent(name, change));
    context.print(`agent ${name} changed`);
  });
  return edit;
}

interface ContentFlags extends SaveFlags, LinkFlags {
  readonly file?: string;
  readonly body?: string;
}

interface ProjectFlags extends SaveFlags, NameFlags, GateFlags, PageFlags, ApprovalFlags {
  readonly instructions?: string;
  readonly file?: string;
}

interface AgentFlags extends SaveFlags {
  readonly project?: string;
  readonly summary?: string;
  readonly default?: boolean;
  readonly defaultPersonality?: string;
}

function agentChange(name: string, flags: AgentFlags): AgentChange {
  const { project, summary, defaultPersonality } = flags;
  const change: AgentChange = {
    ...(project === undefined ? {} : { project }),
    ...(summary === undefined ? {} : { summary }),
    ...(flags.default === undefined ? {} : { isDefault: flags.default }),
    ...(defaultPersonality === undefined ? {} : { defaultPersonality: defaultPersonality || null }),
  };
  if (Object.keys(change).length > 0) return change;
  throw new McptuiError('invalid', `agent ${name}: nothing to change`, { hint: 'mcptui edit agent --help' });
}

/** @throws McptuiError `invalid` with the reason: numbers and notes belong to revisions */
function refuseRevision(kind: string, { bump, semver, note }: SaveFlags): void {
  const given = Object.entries({ bump, semver, note }).filter(([, value]) => value !== undefined);
  if (given.length === 0) return;
  const flags = given.map(([name]) => `--${name}`).join(', ');
  throw new McptuiError('invalid', `${article(kind)} has no revisions, so ${flags} means nothing here`, {
    hint: 'prompts, personalities and skills have revisions',
  });
}

async function editContent(
  context: Context,
  { commands }: Engine,
  kind: ContentKind,
  ref: string,
  flags: ContentFlags,
): Promise<void> {
  if (flags.body !== undefined && flags.file !== undefined) {
    throw new McptuiError('invalid', `${kind} ${ref}: give its text by --body or by --file, not both`);
  }
  const { text, view, content } = await commands.contentDetail(kind, ref);
  const options: SaveOptions = { ...saveOptions(flags), baseHash: view.hash };
  if (flags.file !== undefined) {
    const { change, notes } = await changeFrom(flags.file, kind, content, flags);
    told(context, kind, view.ref, await commands.saveContent(kind, view.ref, change, options));
    for (const note of notes) context.note(note);
    return;
  }
  if (flags.body !== undefined || hasLinkFlags(flags)) {
    const { body = (content as PromptContent).body } = flags;
    const change = { content: withLinks({ ...(content as PromptContent), body }, flags) };
    return told(context, kind, view.ref, await commands.saveContent(kind, view.ref, change, options));
  }
  const name = `${kind}-${view.name}.md`;
  let edited = await inEditor(context, text, { name });
  while (edited !== undefined) {
    const saved = await commands.saveContent(kind, view.ref, { text: edited }, options).catch((error: unknown) => {
      if (error instanceof McptuiError && error.code === 'invalid') return error;
      throw error;
    });
    if (!(saved instanceof McptuiError)) return told(context, kind, view.ref, saved);
    // Nothing is lost: the same text again, with what is wrong on top.
    edited = await inEditor(context, edited, { name, error: saved.message });
  }
  context.note('nothing changed');
}

/** What a file of a prompt does not name stays as it is. */
async function changeFrom(
  file: string,
  kind: ContentKind,
  live: Content,
  flags: LinkFlags,
): Promise<{ readonly change: ContentChange; readonly notes: readonly string[] }> {
  if (kind === 'skill') {
    const { content, notes } = await readSkill(file);
    return { change: { content }, notes };
  }
  const text = await readInput(file);
  if (kind === 'personality') return { change: { text }, notes: [] };
  const { content, notes } = importPrompt(file, text, live as PromptContent);
  return { change: { content: withLinks({ ...live, ...content } as PromptContent, flags) }, notes };
}

function told(
  context: Context,
  kind: ContentKind,
  ref: string,
  { semver, revisionId }: { readonly semver: string; readonly revisionId?: string },
): void {
  if (revisionId === undefined) context.print(`${kind} ${ref} is as it was, ${semver}`);
  else context.print(`${kind} ${ref} saved, ${semver}`);
}

async function editProject(context: Context, { commands }: Engine, name: string, flags: ProjectFlags): Promise<void> {
  const given = flags.file === undefined ? flags.instructions : await readInput(flags.file);
  const change: ProjectChange = {
    ...(given === undefined ? {} : { instructions: given }),
    ...gateChange(flags),
    ...pageChange(flags),
    ...nameChange(flags),
    ...approvalChange(flags),
  };
  if (Object.keys(change).length > 0) {
    await commands.updateProject(name, change);
    context.print(`project ${name} changed`);
    return;
  }
  const { instructions } = await commands.projectDetail(name);
  const edited = await inEditor(context, instructions, { name: `project-${name}.md` });
  if (edited === undefined) return context.note('nothing changed');
  await commands.updateProject(name, { instructions: edited });
  context.print(`project ${name} changed`);
}
