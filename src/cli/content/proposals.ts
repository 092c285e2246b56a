/** Runs `approve|reject|rebase|comment proposal`. */
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { McptuiError } from '../../kernel/errors.ts';
import type { Engine } from '../../engine/index.ts';
import type { Context } from '../context.ts';
import { withEngine } from '../with-engine.ts';
import { proposalText } from './describe.ts';
import { inEditor } from '../in-editor.ts';
import { saveOptions, withSaveFlags, type SaveFlags } from './kinds.ts';
import { withKeyFlags } from '../key-flags.ts';
import { readInput } from './text-file.ts';

interface ApproveFlags extends SaveFlags {
  readonly hash?: string;
  readonly file?: string;
  readonly edit?: boolean;
}

export function proposalCommands(context: Context): readonly Command[] {
  const verb = (name: string, description: string): { readonly top: Command; readonly proposal: Command } => {
    const top = new Command(name).description(description);
    return { top, proposal: top.command('proposal').alias('prop').description(description).argument('<id>') };
  };
  const approve = verb('approve', 'make a proposal live; shows it, then asks');
  withSaveFlags(
    withKeyFlags(approve.proposal)
      .option('--hash <hash>', 'of what you have seen (describe proposal); does not ask')
      .option('--edit', 'change it in your editor first')
      .option('--file <file>', 'approve this text instead, - for stdin'),
  ).action((id: string, flags: ApproveFlags) =>
    withEngine(context, (engine) => approveOne(context, engine, id, flags)),
  );

  const reject = verb('reject', 'decide against a proposal');
  withKeyFlags(reject.proposal)
    .requiredOption('--reason <text>', 'its author reads it')
    .action(async (id: string, flags: { reason: string }) => {
      await withEngine(context, ({ commands }) => commands.rejectProposal(id, flags.reason));
      context.print(`proposal ${id} rejected`);
    });

  const rebase = verb('rebase', 'redo a stale proposal on what is live now');
  rebase.proposal.action((id: string) => withEngine(context, (engine) => rebaseOne(context, engine, id)));

  const comment = verb('comment', 'say something about a proposal to its author');
  comment.proposal.argument('<text>').action(async (id: string, text: string) => {
    await withEngine(context, ({ commands }) => commands.commentProposal(id, text));
    context.print(`proposal ${id} commented`);
  });
  return [approve.top, reject.top, rebase.top, comment.top];
}

async function approveOne(context: Context, { commands }: Engine, id: string, flags: ApproveFlags): Promise<void> {
  const detail = await commands.proposalDetail(id);
  const hash = flags.hash ?? detail.proposal.hash;
  const text = await textOf(context, detail.text, id, flags);
  if (flags.hash === undefined) {
    if (!context.isTty) {
      throw new McptuiError('invalid', `approving ${id} without a terminal needs --hash of what was seen`, {
        hint: `mcptui describe proposal ${id}`,
      });
    }
    context.note(proposalText(detail, true));
    await confirm(`approve ${id}${text === undefined ? '' : ' with your edits'}? [y/N] `);
  }
  const saved = await commands.approveProposal(id, {
    hash,
    ...(text === undefined ? {} : { text }),
    ...saveOptions(flags),
  });
  context.print(`proposal ${id} approved: ${saved.ref} ${saved.semver}`);
}

async function textOf(
  context: Context,
  proposed: string,
  id: string,
  flags: ApproveFlags,
): Promise<string | undefined> {
  if (flags.file !== undefined) return readInput(flags.file);
  if (flags.edit !== true) return undefined;
  return inEditor(context, proposed, { name: `proposal-${id}.md` });
}

/** @throws McptuiError `invalid` unless it is answered with y */
async function confirm(question: string): Promise<void> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    if (!/^y(es)?$/i.test((await lines.question(question)).trim())) {
      throw new McptuiError('invalid', 'not approved: nothing has changed');
    }
  } finally {
    lines.close();
  }
}

async function rebaseOne(context: Context, { commands }: Engine, id: string): Promise<void> {
  let outcome = await commands.rebaseProposal(id);
  for (let error: string | undefined; outcome.kind === 'conflict';) {
    const { text, onto } = outcome;
    if (!context.isTty) {
      throw new McptuiError('conflict', `proposal ${id} conflicts with what is live`, {
        hint: `settle it in a terminal: mcptui rebase proposal ${id}`,
      });
    }
    const resolved = await inEditor(context, text, {
      name: `proposal-${id}.md`,
      ...(error === undefined ? {} : { error }),
    });
    if (resolved === undefined) return context.note('nothing changed');
    try {
      outcome = await commands.rebaseProposal(id, { text: resolved, onto });
    } catch (caught) {
      if (!(caught instanceof McptuiError) || caught.code !== 'invalid') throw caught;
      error = caught.message;
      outcome = { kind: 'conflict', text: resolved, onto };
    }
  }
  context.print(`proposal ${id} rebased; its hash is ${outcome.hash}`);
}
