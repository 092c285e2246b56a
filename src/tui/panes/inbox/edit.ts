/** Changing what is proposed: a rebase on what is live now, and edits before an approval. */
import type { ProposalDetail, ProposalView, RebaseOutcome } from '../../../engine/index.ts';
import { McptuiError } from '../../../kernel/errors.ts';
import type { Console, Said } from '../../app/console.ts';
import { editContent, plainSave, type EditJob } from '../../overlays/editor/edit-content.ts';
import { openEditor } from '../../overlays/editor/editor-input.ts';
import { enterDetail } from '../../kit/split-pane.ts';
import { startOfTab } from './state.ts';

/** What was changed has to be read again: its diff comes up. */
function showDiff(console: Console, id: string): void {
  const { state } = console;
  if (state.pane !== 'inbox' || state.inbox.selected !== id) return;
  console.set({
    ...enterDetail(state),
    inbox: { ...state.inbox, tab: 'Diff', place: startOfTab, asked: state.inbox.asked + 1, data: undefined },
  });
}

/** The engine's commands, for a save that comes later than the key. @throws McptuiError `unavailable` */
function commandsOf(console: Console): NonNullable<Console['commands']> {
  if (console.commands === undefined) throw new McptuiError('unavailable', 'the engine is not there');
  return console.commands;
}

const fileName = ({ kind, name, id }: ProposalView): string => `${kind}-${name}-${id}.md`;

function editJob(console: Console, proposal: ProposalView, text: string): EditJob {
  const { id } = proposal;
  return {
    title: id,
    fileName: fileName(proposal),
    text,
    choice: plainSave,
    async save(edited): Promise<Said> {
      await commandsOf(console).editProposal(id, edited);
      showDiff(console, id);
      return ['ok', `${id} is changed: this is its new diff`];
    },
    async renew() {
      return editJob(console, proposal, (await commandsOf(console).proposalDetail(id)).text);
    },
  };
}

/** In the operator's editor, or inline. */
export function editProposal(console: Console, data: ProposalDetail, inline: boolean): void {
  const job = editJob(console, data.proposal, data.text);
  if (inline) openEditor(console, job);
  else editContent(console, job);
}

/** A rebase without conflict is done at once; one with a conflict is settled in the editor. */
export function rebase(console: Console, proposal: ProposalView): void {
  const { id } = proposal;
  console.run<RebaseOutcome>(
    `rebasing ${id} …`,
    (outcome) => {
      if (outcome.kind === 'conflict') {
        const job = conflictJob(console, proposal, outcome);
        if (console.terminal.edit === undefined) openEditor(console, job);
        else editContent(console, job);
        return ['warn', `${id}: both sides changed the same lines: settle what stands between <<<<<<< and >>>>>>>`];
      }
      showDiff(console, id);
      return ['ok', `${id} is rebased: read its new diff before you approve`];
    },
    (commands) => commands.rebaseProposal(id),
  );
}

type Conflict = Extract<RebaseOutcome, { readonly kind: 'conflict' }>;

function conflictJob(console: Console, proposal: ProposalView, { text, onto }: Conflict): EditJob {
  const { id } = proposal;
  return {
    title: `rebase of ${id}`,
    fileName: fileName(proposal),
    text,
    choice: plainSave,
    async save(resolved): Promise<Said> {
      await commandsOf(console).rebaseProposal(id, { text: resolved, onto });
      showDiff(console, id);
      return ['ok', `${id} is rebased: read its new diff before you approve`];
    },
    async renew() {
      const outcome = await commandsOf(console).rebaseProposal(id);
      if (outcome.kind === 'conflict') return conflictJob(console, proposal, outcome);
      throw new McptuiError('conflict', `${id} could be rebased without you this time`, { hint: 'read its new diff' });
    },
  };
}
