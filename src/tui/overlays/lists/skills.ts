/** Lists skills with their revisions. */
import type { DiffView, Saved, SkillView } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import { age } from '../../../text/format.ts';
import { nextVersion } from '../../../text/versions.ts';
import { diffRows } from '../../kit/diff/rows.ts';
import type { Line } from '../../kit/theme.ts';
import type { Ui } from '../../kit/ui.ts';
import { plainLines } from '../../kit/viewer/text.ts';
import { plainSave } from '../../state/save-choice.ts';
import type { UiState } from '../../state/ui-store.ts';
import { contentJob, deleteContent, newContentJob, saidOfSave } from '../editor/content-job.ts';
import { openEditor } from '../editor/editor-acts.ts';
import { openText } from '../text.ts';
import { askToRemove, byName, editIn, fact, load, selectNew, type ListedRow, type Listing } from './listing.ts';

const skillOf = ({ view }: UiState, { id }: ListedRow): SkillView | undefined => view?.skills.get(id);

const scopeOf = ({ scope, project, agent }: SkillView): string =>
  scope === 'global' ? 'global' : `${scope}:${project ?? agent ?? ''}`;

const templateOf = (name: string): string => `=== SKILL.md ===\n---\nname: ${name}\ndescription: ''\n---\n`;

function create(ui: Ui): void {
  ui.askText({
    title: 'New skill',
    lines: ['NAME is global; project:PROJECT/NAME and agent:AGENT/NAME belong to one project or agent.'],
    label: 'name',
    does: 'goes on',
    required: 'a skill needs a name',
    check(ref, { view }) {
      const isKnown = [...(view?.skills.values() ?? [])].some((skill) => skill.ref === ref);
      if (isKnown) return `there is a skill ${ref}: e edits it`;
      if (/^(?:(?:project|agent):[a-z0-9-]+\/)?[a-z0-9-]+$/.test(ref)) return undefined;
      return `${ref} is not a name: use a-z, 0-9 and -, as in project:ops/triage`;
    },
    act(after, ref) {
      const template = templateOf(ref.slice(ref.indexOf('/') + 1));
      const job = newContentJob(after, { kind: 'skill', ref, template }, plainSave, () =>
        selectNew(after, 'skills', ref),
      );
      openEditor(after, job);
    },
  });
}

function remove(ui: Ui, row: ListedRow): void {
  const skill = skillOf(ui.state, row);
  if (skill === undefined) return;
  askToRemove(ui, {
    noun: 'skill',
    name: skill.ref,
    lines: ['Agents cannot read it any more. Its history stays: mcptui restore brings it back.'],
    verb: 'delete',
    done: 'deleted',
    act: (after) => deleteContent(after, 'skill', skill),
  });
}

/** Lists the revisions; the one that is chosen is compared with what is live, and may come back. */
function history(ui: Ui, row: ListedRow): void {
  load(ui, async (commands) => {
    const revisions = await commands.revisions('skill', row.name);
    const now = ui.clock.now();
    ui.pick({
      title: `History of skill ${row.name}`,
      does: 'shows what restoring it would change',
      choices: revisions.map(({ semver, author, at, note, restored, isCurrent }) => ({
        id: semver,
        name: `${semver}${isCurrent ? ' live' : ''}`,
        note: [
          `${age(Math.max(0, now - at))} ago by ${author.replace(/^operator:/, '')}`,
          ...(restored === undefined ? [] : [`restores ${restored}`]),
          ...(note === '' ? [] : [note]),
        ].join(' · '),
        isOn: isCurrent,
      })),
      act: (after, semver) => compare(after, row, semver),
    });
  });
}

/** The changes behind the question: Esc leaves the question, and they can be read. */
function compare(ui: Ui, row: ListedRow, semver: string): void {
  load(ui, async (commands) => {
    const diff = await commands.diffContent('skill', row.name, 'live', semver);
    const skill = skillOf(ui.state, row);
    if (skill === undefined) return ui.notify('info', `skill ${row.name} is gone`);
    if (diff.added + diff.removed === 0) return ui.notify('info', `skill ${row.name} is as in ${semver}`);
    openText(ui, `${row.name}: live → ${semver} · +${diff.added} −${diff.removed}`, diffLines(ui, diff));
    if (!ui.state.host.readOnly) askToRestore(ui, skill, semver);
  });
}

function diffLines({ state }: Ui, diff: DiffView): readonly Line[] {
  const width = Math.max(20, state.size.columns - 4);
  const color = state.style.skin !== 'mono';
  const rows = diffRows(diff, { width, mode: 'unified', wrap: true, left: 0, context: 3, color });
  return rows.slice(0, rows.total);
}

function askToRestore(ui: Ui, { ref, semver: live }: SkillView, semver: string): void {
  ui.askText({
    title: `Restore ${ref} ${semver}?`,
    lines: [
      `Its files become live again as a new revision ${nextVersion(live, 'patch')}; nothing is lost. Esc reads the changes.`,
    ],
    label: 'note',
    does: 'restores it',
    required: undefined,
    act(after, note) {
      after.close();
      after.run(
        `restoring ${ref} ${semver} …`,
        (saved: Saved) => saidOfSave('skill', saved, `restores ${semver}`),
        (commands) => commands.restoreContent('skill', ref, semver, ...(note === '' ? [] : [note])),
      );
    },
  });
}

export const skills: Listing = {
  title: 'Skills',
  noun: 'skill',
  columns: ['NAME', 'SCOPE', 'REV', 'FILES', 'AGE', 'DESCRIPTION'],
  rows({ view, now }) {
    if (view === undefined) return undefined;
    return [...view.skills.values()]
      .sort((a, b) => byName(a, b) || (a.ref < b.ref ? -1 : 1))
      .map((skill) => ({
        id: skill.id,
        name: skill.ref,
        cells: [
          skill.name,
          scopeOf(skill),
          skill.semver,
          String(skill.files.length),
          age(Math.max(0, now - skill.updatedAt)),
          skill.summary,
        ],
      }));
  },
  create,
  edit: (ui, { name }) => editIn(ui, () => contentJob(ui, 'skill', name, plainSave, () => undefined)),
  remove,
  history,
  async describe({ name }, { now }, _overlay, commands) {
    const { view, text, usedBy } = await commands.contentDetail('skill', name);
    return [
      ...fact('skill', view.ref),
      ...fact('revision', `${view.semver}, ${age(Math.max(0, now - view.updatedAt))} ago by ${clean(view.updatedBy)}`),
      ...fact('files', 'files' in view ? view.files.join(', ') : ''),
      ...fact('used by', usedBy.join(', ')),
      [],
      ...plainLines(text),
    ];
  },
};
