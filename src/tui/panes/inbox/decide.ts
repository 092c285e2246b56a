/** Decides proposals: approves, rejects, comments. Each says how it is taken back. */
import { McptuiError, messageOf } from '../../../kernel/errors.ts';
import type { EngineCommands, ProposalView, Saved } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import type { Ui, Said, UndoDraft } from '../../kit/ui.ts';
import { undoRevisions, type Undoable } from '../../kit/undo-revision.ts';
import { plural } from '../../../text/format.ts';
import { isSeen } from './select.ts';
import { proposalLine } from './words.ts';

/** What is approved is named by the hash that was on screen. */
interface Choice {
  readonly proposal: ProposalView;
  readonly hash: string;
}

interface Left {
  readonly id: string;
  readonly why: string;
}

/** Most lines of a question that list proposals. */
const listed = 8;

export function askToApprove(ui: Ui, proposal: ProposalView, hash: string): void {
  const { id, added, removed, risks } = proposal;
  ui.ask({
    kind: 'confirm',
    title: `Approve ${id}?`,
    lines: [
      `${proposalLine(proposal)}, +${added} -${removed} lines. Agents read it from now on; z takes it back.`,
      ...(risks.length === 0 ? [] : [`Look twice: ${risks.join(' · ')}`]),
    ],
    yes: 'approve it',
    no: 'no, leave it waiting',
    act: (after) =>
      after.run<Saved>(
        `approving ${id} …`,
        (saved) => approvedSaid(proposal, saved),
        async (commands) => {
          const saved = await approve(after, commands, { proposal, hash });
          closeDetail(after, id);
          return saved;
        },
      ),
  });
}

/** Marked ones that were looked at, as they were then; the others are named and left. */
export function askToApproveAll(ui: Ui, proposals: readonly ProposalView[]): void {
  const left: Left[] = [];
  const chosen: Choice[] = [];
  for (const proposal of proposals) {
    const { id, hash, isStale } = proposal;
    if (isStale) left.push({ id, why: 'stale' });
    else if (isSeen(ui.state, proposal)) chosen.push({ proposal, hash });
    else left.push({ id, why: 'not read yet' });
  }
  const leftLine = left.map(({ id, why }) => `${id} (${why})`).join(', ');
  if (chosen.length === 0) {
    return ui.notify('warn', `none of the marked ones can be approved: ${leftLine} · enter reads one`);
  }
  const lines = chosen.slice(0, listed).map(({ proposal }) => `${proposal.id} ${proposalLine(proposal)}`);
  if (chosen.length > listed) lines.push(`and ${chosen.length - listed} more`);
  if (left.length > 0) lines.push(`Left as they are: ${leftLine}`);
  const what = plural(chosen.length, 'proposal');
  ui.ask({
    kind: 'confirm',
    title: `Approve ${what}?`,
    lines,
    yes: `approve ${chosen.length}`,
    no: 'no, leave them waiting',
    act: (after) => approveAll(after, chosen, what),
  });
}

function approveAll(ui: Ui, chosen: readonly Choice[], what: string): void {
  const revisions: Undoable[] = [];
  const failures: string[] = [];
  const said = (): Said => {
    const done = chosen.length - failures.length;
    const undo: UndoDraft | undefined =
      revisions.length === 0
        ? undefined
        : undoRevisions(revisions, {
            label: `approval of ${plural(done, 'proposal')}`,
            said: `the approval of ${plural(done, 'proposal')} is taken back`,
            again: `what ${plural(done, 'proposal')} proposed is live again`,
          });
    if (failures.length === 0) return ['ok', `${what} approved`, undo];
    return [done === 0 ? 'bad' : 'warn', `${done} approved; ${failures.join('; ')}`, undo];
  };
  ui.run(`approving ${what} …`, said, async (commands) => {
    for (const choice of chosen) {
      try {
        const { ref, semver, revisionId } = await approve(ui, commands, choice);
        if (revisionId !== undefined) revisions.push({ kind: choice.proposal.kind, ref, semver, revisionId });
      } catch (error) {
        failures.push(messageOf(error));
      }
    }
    unmark(
      ui,
      chosen.map(({ proposal }) => proposal.id),
    );
  });
}

/** A refusal because something moved shows the proposal as it is now. */
async function approve(ui: Ui, commands: EngineCommands, { proposal, hash }: Choice): Promise<Saved> {
  try {
    return await commands.approveProposal(proposal.id, { hash });
  } catch (error) {
    if (!(error instanceof McptuiError) || error.code !== 'conflict') throw error;
    const { inbox } = ui.state;
    ui.set({ inbox: { ...inbox, asked: inbox.asked + 1 } });
    throw new McptuiError('conflict', error.message, { hint: 'it is shown as it is now', cause: error });
  }
}

function approvedSaid({ id, kind }: ProposalView, { ref, semver, revisionId }: Saved): Said {
  const text = `${clean(ref)} ${clean(semver)} approved`;
  if (revisionId === undefined) return ['ok', text];
  return [
    'ok',
    text,
    undoRevisions([{ kind, ref, semver, revisionId }], {
      label: `approval of ${id} (${ref} ${semver})`,
      said: `the approval of ${id} is taken back by a new revision`,
      again: `what ${id} proposed is live again by a new revision`,
    }),
  ];
}

/** Back to the list, unless the operator reads another one by now. */
function closeDetail(ui: Ui, id: string): void {
  const { inbox } = ui.state;
  if (inbox.selected === id) ui.set({ zoomed: false, focus: 'list' });
  unmark(ui, [id]);
}

function unmark(ui: Ui, ids: readonly string[]): void {
  const { inbox } = ui.state;
  const marked = new Set(inbox.marked);
  for (const id of ids) marked.delete(id);
  ui.set({ inbox: { ...inbox, marked } });
}

export function askToReject(ui: Ui, proposals: readonly ProposalView[]): void {
  const [first] = proposals;
  if (first === undefined) return;
  const what = proposals.length === 1 ? first.id : plural(proposals.length, 'proposal');
  const lines = proposals.slice(0, listed).map((proposal) => `${proposal.id} ${proposalLine(proposal)}`);
  if (proposals.length > listed) lines.push(`and ${proposals.length - listed} more`);
  ui.askText({
    title: `Reject ${what}`,
    does: 'rejects it',
    lines,
    label: 'reason',
    required: 'a reason is required: the author will read it',
    act: (after, reason) => rejectAll(after, proposals, what, reason),
  });
}

function rejectAll(ui: Ui, proposals: readonly ProposalView[], what: string, reason: string): void {
  ui.run(
    `rejecting ${what} …`,
    () => ['ok', `${what} rejected`, undoRejection(proposals, what, reason)],
    async (commands) => {
      for (const { id } of proposals) {
        await commands.rejectProposal(id, reason);
        closeDetail(ui, id);
      }
    },
  );
}

function undoRejection(proposals: readonly ProposalView[], what: string, reason: string): UndoDraft {
  const label = `rejection of ${what}`;
  return {
    label,
    said: `${what} ${proposals.length === 1 ? 'waits' : 'wait'} again`,
    async run(commands) {
      for (const { id } of proposals) await commands.reopenProposal(id);
      return {
        label,
        said: `${what} rejected again`,
        async run(later) {
          for (const { id } of proposals) await later.rejectProposal(id, reason);
          return undoRejection(proposals, what, reason);
        },
      };
    },
  };
}

export function askForComment(ui: Ui, { id }: ProposalView): void {
  ui.askText({
    title: `Comment on ${id}`,
    does: 'sends it',
    lines: [],
    label: 'comment',
    required: 'an empty comment says nothing',
    act: (after, text) =>
      after.run(`commenting on ${id} …`, `commented on ${id}`, (commands) => commands.commentProposal(id, text)),
  });
}
