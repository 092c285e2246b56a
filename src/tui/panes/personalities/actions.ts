/** Does what the keys of Personalities ask for. */
import type { AgentView, PersonalityView, Saved } from '../../../engine/index.ts';
import { failureText, type Ui, type UndoDraft } from '../../kit/ui.ts';
import { contentJob, deleteContent, saidOfSave } from '../../overlays/editor/content-job.ts';
import { plainSave } from '../../state/save-choice.ts';
import type { EditJob } from '../../overlays/editor/edit-content.ts';
import { emptyField, fieldOf } from '../../state/field.ts';
import { waitForRow } from '../../kit/wait-for-row.ts';
import type { NewOrder } from '../../state/panes/personalities.ts';
import { personalityList } from './select.ts';

/** Fetches the live document and gives it to an editor, unless something else came up meanwhile. */
export function editPersonality(ui: Ui, { ref }: PersonalityView, open: (ui: Ui, job: EditJob) => void): void {
  contentJob(ui, 'personality', ref, plainSave, () => {}).then(
    (job) => (ui.state.overlay === undefined ? open(ui, job) : undefined),
    (error: unknown) => ui.notify('bad', failureText(error)),
  );
}

export function dropOrder(ui: Ui): void {
  ui.set({ personalities: { ...ui.state.personalities, order: undefined } });
}

export function saveOrder(ui: Ui, { ref, summary }: PersonalityView, order: NewOrder): void {
  ui.run(
    `saving the order of ${ref} …`,
    (saved: Saved) => saidOfSave('personality', saved, 'has the new order'),
    async (commands) => {
      const content = { summary, prompts: [...order.prompts] };
      const saved = await commands.saveContent(
        'personality',
        ref,
        { content },
        { baseHash: order.base, note: 'order' },
      );
      if (ui.state.personalities.order === order) dropOrder(ui);
      return saved;
    },
  );
}

/** Worn by sessions of the agent that name none. */
export function makeDefault(ui: Ui, { agent, name }: PersonalityView, before: AgentView | undefined): void {
  const previous = before?.defaultPersonality ?? null;
  ui.run(
    `making ${name} the default of ${agent} …`,
    () => ['ok', `${agent} wears ${name} unless told otherwise`, undoDefault(agent, previous, name)],
    (commands) => commands.updateAgent(agent, { defaultPersonality: name }),
  );
}

/** Makes `to` the default, and again `from`; null is none. */
function undoDefault(agent: string, to: string | null, from: string | null): UndoDraft {
  return {
    label: `default of ${agent}`,
    said: to === null ? `${agent} has no default again` : `${agent} wears ${to} again`,
    async run(commands) {
      await commands.updateAgent(agent, { defaultPersonality: to });
      return undoDefault(agent, from, to);
    },
  };
}

export function newPersonality(ui: Ui, agent: string): void {
  ui.askText({
    title: 'New personality',
    does: 'goes on',
    lines: ['AGENT/NAME: a named, ordered set of prompts that the agent can wear. Bind prompts to it with b.'],
    label: 'name',
    required: 'a personality needs an agent and a name',
    field: fieldOf(agent === '' ? '' : `${agent}/`),
    check(ref, { view }) {
      const [owner = '', name = ''] = ref.split('/', 2);
      if (owner === '' || !/^[a-z0-9-]+$/.test(name)) return `${ref} is not AGENT/NAME, such as reviewer/careful`;
      const agents = [...(view?.agents.values() ?? [])].map((agent) => agent.name);
      return agents.includes(owner) ? undefined : `no agent ${owner}: ${agents.join(', ') || 'none yet'}`;
    },
    act(after, ref) {
      const [owner = '', name = ''] = ref.split('/', 2);
      after.run(
        `creating ${ref} …`,
        (saved: Saved) => saidOfSave('personality', saved, 'created: b binds prompts'),
        async (commands) => {
          const saved = await commands.createContent('personality', {
            name,
            agent: owner,
            content: { summary: '', prompts: [] },
          });
          waitForRow(after, 'personalities', ref, (id) => {
            if (after.state.pane === 'personalities') after.set(personalityList.withSelected(after.state, id));
          });
          return saved;
        },
      );
    },
  });
}

export function deletePersonality(ui: Ui, personality: PersonalityView): void {
  const { ref, isDefault, agent } = personality;
  ui.ask({
    kind: 'type-name',
    title: `Delete personality ${ref}?`,
    lines: [
      'Its prompts stay, and so does its history: mcptui restore brings it back.',
      ...(isDefault ? [`It is the default of ${agent}: sessions that name no personality have none then.`] : []),
    ],
    name: ref,
    otherwise: 'nothing was deleted',
    field: emptyField,
    act: (after) => deleteContent(after, 'personality', personality),
  });
}
