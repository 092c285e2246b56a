/** Does what the keys of Prompts ask for. */
import type { PromptContent, PromptView, RevisionView, Saved } from '../../../engine/index.ts';
import { failureText, type Ui } from '../../kit/ui.ts';
import { contentJob, deleteContent, newContentJob, saidOfSave } from '../../overlays/editor/content-job.ts';
import { editContent, type EditJob } from '../../overlays/editor/edit-content.ts';
import { plainSave } from '../../state/save-choice.ts';
import { openEditor } from '../../overlays/editor/editor-acts.ts';
import { emptyField, fieldOf } from '../../state/field.ts';
import { nextVersion } from '../../../text/versions.ts';
import { waitForRow } from '../../kit/wait-for-row.ts';
import { usersOf, promptList, type Shelved } from './select.ts';
import type { Shelf } from '../../state/panes/prompts.ts';

/** Fetches the live document and gives it to an editor, unless something else came up meanwhile. */
export function editPrompt(ui: Ui, { kind, ref }: Shelved, open: (ui: Ui, job: EditJob) => void): void {
  const forget = (): void => ui.set({ prompts: { ...ui.state.prompts, save: plainSave } });
  contentJob(ui, kind, ref, ui.state.prompts.save, forget).then(
    (job) => (ui.state.overlay === undefined ? open(ui, job) : undefined),
    (error: unknown) => ui.notify('bad', failureText(error)),
  );
}

export const inYourEditor = editContent;
export const inline = openEditor;

const templates: Readonly<Record<Shelf, (name: string) => string>> = {
  prompt: () => "---\nsummary: ''\npriority: 5\n---\n",
  skill: (name) => `=== SKILL.md ===\n---\nname: ${name}\ndescription: ''\n---\n`,
};

/** A prompt or a skill, whichever list is shown. */
export function newPrompt(ui: Ui): void {
  const kind = ui.state.prompts.shelf;
  ui.askText({
    title: `New ${kind}`,
    does: 'goes on',
    lines: ['NAME is global; project:PROJECT/NAME and agent:AGENT/NAME belong to one project or agent.'],
    label: 'name',
    required: `a ${kind} needs a name`,
    check(ref, { view }) {
      const rows = kind === 'skill' ? view?.skills : view?.prompts;
      const isKnown = [...(rows?.values() ?? [])].some((row) => row.ref === ref);
      if (isKnown) return `${kind} ${ref} is there already: e edits it`;
      if (/^(?:(?:project|agent):[a-z0-9-]+\/)?[a-z0-9-]+$/.test(ref)) return undefined;
      return `${ref} is not a name: use a-z, 0-9 and -, as in project:ops/deploy-rules`;
    },
    act(after, ref) {
      const select = (): void =>
        waitForRow(after, `${kind}s`, ref, (id) => {
          if (after.state.pane === 'prompts') after.set(promptList.withSelected(after.state, id));
        });
      const template = templates[kind](ref.slice(ref.indexOf('/') + 1));
      openEditor(after, newContentJob(after, { kind, ref, template }, plainSave, select));
    },
  });
}

export function deletePrompt(ui: Ui, prompt: Shelved): void {
  const { kind, ref } = prompt;
  const { view } = ui.state;
  const users = view === undefined || kind === 'skill' ? [] : usersOf(view.prompts, view.personalities, ref);
  const used = users.map((user) => user.ref).join(', ');
  ui.ask({
    kind: 'type-name',
    title: `Delete ${kind} ${ref}?`,
    lines: [
      'Agents cannot read it any more. Its history stays: mcptui restore brings it back.',
      ...(kind === 'skill' ? [] : [used === '' ? 'Nothing uses it.' : `Used by ${used}: detach it there first.`]),
    ],
    name: ref,
    otherwise: 'nothing was deleted',
    field: emptyField,
    act: (after) => deleteContent(after, kind, prompt),
  });
}

export function fixLink(ui: Ui, { ref, links = [] }: PromptView): void {
  const dead = links.find(({ health }) => health === 'dead');
  const link = dead?.ref ?? '';
  ui.askText({
    title: `Link of ${ref}`,
    does: 'saves it',
    lines: [
      `It links ${link}, which is dead: ${dead?.reason ?? 'it is not there'}.`,
      'Name another prompt, or a resource as PROJECT/SERVER:URI; nothing takes the link away.',
    ],
    label: 'link',
    required: undefined,
    field: fieldOf(link),
    act(after, next) {
      after.run(
        `linking ${ref} …`,
        (saved: Saved) => saidOfSave('prompt', saved),
        async (commands) => {
          const { content, view } = await commands.contentDetail('prompt', ref);
          const { link: before, ...rest } = content as PromptContent;
          const others = [before ?? []].flat().map((one) => (one === link ? next : one));
          const left = others.filter((one) => one !== '');
          const fixed = left.length === 0 ? rest : { ...rest, link: left.length === 1 ? (left[0] ?? '') : left };
          const note = next === '' ? `link to ${link} removed` : `link fixed: ${next}`;
          return commands.saveContent('prompt', ref, { content: fixed }, { baseHash: view.hash, note });
        },
      );
    },
  });
}

export function restoreRevision(ui: Ui, prompt: Shelved, { semver }: RevisionView): void {
  const { kind, ref } = prompt;
  ui.askText({
    title: `Restore ${ref} ${semver}?`,
    does: 'restores it',
    lines: [
      `Its content becomes live again as a new revision ${nextVersion(prompt.semver, 'patch')}; nothing is lost.`,
    ],
    label: 'note',
    required: undefined,
    act(after, note) {
      after.run(
        `restoring ${ref} ${semver} …`,
        (saved: Saved) => saidOfSave(kind, saved, `restores ${semver}`),
        (commands) => commands.restoreContent(kind, ref, semver, ...(note === '' ? [] : [note])),
      );
    },
  });
}

/** For the next save, whichever editor makes it. */
export function noteBeforeSaving(ui: Ui): void {
  ui.askText({
    title: 'Note of the next save',
    does: 'keeps it for the next save',
    lines: ['Kept with the revision; empty for none.'],
    label: 'note',
    required: undefined,
    field: fieldOf(ui.state.prompts.save.note),
    act(after, note) {
      const { prompts } = after.state;
      after.set({ prompts: { ...prompts, save: { ...prompts.save, note } } });
    },
  });
}
