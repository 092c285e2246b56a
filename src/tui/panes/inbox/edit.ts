/** Changes what is proposed: a rebase on what is live now, and edits before an approval. */
import type { ProposalDetail, ProposalView, RebaseOutcome } from '../../../engine/index.ts';
import { McptuiError } from '../../../kernel/errors.ts';
import type { Ui, Said } from '../../kit/ui.ts';
import { editContent, type EditJob } from '../../overlays/editor/edit-content.ts';
import { plainSave } from '../../state/save-choice.ts';
import { openEditor } from '../../overlays/editor/editor-acts.ts';
import { enterDetail } from '../../kit/split-pane.ts';

/** What was changed has to be read again: its diff comes up. */
function showDiff(ui: Ui, id: string): void {
  const { state } = ui;
  if (state.pane !== 'inbox' || state.inbox.selected !== id) return;
  ui.set({
    ...enterDetail(state),
    inbox: { ...state.inbox, tab: 'Diff', asked: state.inbox.asked + 1, data: undefined },
  });
}

/** The engine's commands, for a save that comes later than the key. @throws McptuiError `unavailable` */
function commandsOf(ui: Ui): NonNullable<Ui['commands']> {
  if (ui.commands === undefined) throw new McptuiError('unavailable', 'the engine is not there');
  return ui.commands;
}

const fileName = ({ kind, name, id }: ProposalView): string => `${kind}-${name}-${id}.md`;

function editJob(ui: Ui, proposal: ProposalView, text: string): EditJob {
  const { id } = proposal;
  return {
    title: id,
    fileName: fileName(proposal),
    text,
    choice: plainSave,
    async save(edited): Promise<Said> {
      await commandsOf(ui).editProposal(id, edited);
      showDiff(ui, id);
      return ['ok', `${id} is changed: this is its new diff`];
    },
    async renew() {
      return editJob(ui, proposal, (await commandsOf(ui).proposalDetail(id)).text);
    },
  };
}

/** In the operator's editor, or inline. */
export function editProposal(ui: Ui, data: ProposalDetail, inline: boolean): void {
  const job = editJob(ui, data.proposal, data.text);
  if (inline) openEditor(ui, job);
  else editContent(ui, job);
}

/** A rebase without conflict is done at once; one with a conflict is settled in the editor. */
export function rebase(ui: Ui, proposal: ProposalView): void {
  const { id } = proposal;
  ui.run<RebaseOutcome>(
    `rebasing ${id} …`,
    (outcome) => {
      if (outcome.kind === 'conflict') {
        const job = conflictJob(ui, proposal, outcome);
        if (ui.terminal.edit === undefined) openEditor(ui, job);
        else editContent(ui, job);
        return ['warn', `${id}: both sides changed the same lines: settle what stands between <<<<<<< and >>>>>>>`];
      }
      showDiff(ui, id);
      return ['ok', `${id} is rebased: read its new diff before you approve`];
    },
    (commands) => commands.rebaseProposal(id),
  );
}

type Conflict = Extract<RebaseOutcome, { readonly kind: 'conflict' }>;

function conflictJob(ui: Ui, proposal: ProposalView, { text, onto }: Conflict): EditJob {
  const { id } = proposal;
  return {
    title: `rebase of ${id}`,
    fileName: fileName(proposal),
    text,
    choice: plainSave,
    async save(resolved): Promise<Said> {
      await commandsOf(ui).rebaseProposal(id, { text: resolved, onto });
      showDiff(ui, id);
      return ['ok', `${id} is rebased: read its new diff before you approve`];
    },
    async renew() {
      const outcome = await commandsOf(ui).rebaseProposal(id);
      if (outcome.kind === 'conflict') return conflictJob(ui, proposal, outcome);
      throw new McptuiError('conflict', `${id} could be rebased without an edit this time`, {
        hint: 'read its new diff',
      });
    },
  };
}
