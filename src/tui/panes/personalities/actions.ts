/** What the keys of Personalities do to a personality. */
import type { AgentView, PersonalityView, Saved } from '../../../engine/index.ts';
import { failureText, type Console } from '../../app/console.ts';
import { contentJob, deleteContent, saidOfSave } from '../../overlays/editor/content-job.ts';
import { plainSave, type EditJob } from '../../overlays/editor/edit-content.ts';
import { emptyField, fieldOf } from '../../kit/field.ts';
import { waitForRow } from '../../app/wait-for-row.ts';
import { withPersonality } from './move.ts';
import type { NewOrder } from './state.ts';

/** Fetches the live document and gives it to an editor, unless something else came up meanwhile. */
export function editPersonality(
  console: Console,
  { ref }: PersonalityView,
  open: (console: Console, job: EditJob) => void,
): void {
  contentJob(console, 'personality', ref, plainSave, () => {}).then(
    (job) => (console.state.overlay === undefined ? open(console, job) : undefined),
    (error: unknown) => console.notify('bad', failureText(error)),
  );
}

export function dropOrder(console: Console): void {
  console.set({ personalities: { ...console.state.personalities, order: undefined } });
}

export function saveOrder(console: Console, { ref, summary }: PersonalityView, order: NewOrder): void {
  console.run(
    `saving the order of ${ref} …`,
    (saved: Saved) => saidOfSave(saved, 'has the new order'),
    async (commands) => {
      const content = { summary, prompts: [...order.prompts] };
      const saved = await commands.saveContent(
        'personality',
        ref,
        { content },
        { baseHash: order.base, note: 'order' },
      );
      if (console.state.personalities.order === order) dropOrder(console);
      return saved;
    },
  );
}

/** Worn by sessions of the agent that name none. */
export function makeDefault(console: Console, { agent, name }: PersonalityView, before: AgentView | undefined): void {
  const previous = before?.defaultPersonality ?? null;
  console.run(
    `making ${name} the default of ${agent} …`,
    () => [
      'ok',
      `${agent} wears ${name} unless told otherwise`,
      {
        label: `default of ${agent}`,
        said: previous === null ? `${agent} has no default again` : `${agent} wears ${previous} again`,
        run: (commands) => commands.updateAgent(agent, { defaultPersonality: previous }),
      },
    ],
    (commands) => commands.updateAgent(agent, { defaultPersonality: name }),
  );
}

export function newPersonality(console: Console, agent: string): void {
  console.askText({
    title: 'New personality',
    lines: ['AGENT/NAME: a named, ordered set of prompts that the agent can wear. Bind prompts to it with b.'],
    label: 'name',
    required: 'a personality needs an agent and a name',
    field: fieldOf(agent === '' ? '' : `${agent}/`),
    act(after, ref) {
      const [owner = '', name = ''] = ref.split('/', 2);
      if (owner === '' || name === '') return after.notify('warn', `${ref} is no AGENT/NAME: as reviewer/careful`);
      after.run(
        `creating ${ref} …`,
        (saved: Saved) => saidOfSave(saved, 'created: b binds prompts'),
        async (commands) => {
          const saved = await commands.createContent('personality', {
            name,
            agent: owner,
            content: { summary: '', prompts: [] },
          });
          waitForRow(after, 'personalities', ref, (id) => {
            if (after.state.pane === 'personalities') after.set(withPersonality(after.state, id));
          });
          return saved;
        },
      );
    },
  });
}

export function deletePersonality(console: Console, personality: PersonalityView): void {
  const { ref, isDefault, agent } = personality;
  console.ask({
    kind: 'type-name',
    title: `Delete personality ${ref}?`,
    lines: [
      'Its prompts stay, and so does its history: mcptui restore brings it back.',
      ...(isDefault ? [`It is the default of ${agent}: sessions that name none wear nothing then.`] : []),
    ],
    name: ref,
    otherwise: 'nothing was deleted',
    field: emptyField,
    act: (after) => deleteContent(after, 'personality', personality),
  });
}
