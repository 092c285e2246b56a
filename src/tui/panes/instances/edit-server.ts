/** Edits a server in the operator's editor, or back to an earlier revision: the plan is shown, and asked about where something restarts. */
import type { EngineCommands, ServerChange, ServerPlan, ServerUpdated } from '../../../engine/index.ts';
import { McptuiError } from '../../../kernel/errors.ts';
import { changedFields, consequences, planLines } from '../../../text/server-plan-words.ts';
import { failureText, type Said, type Ui, type UndoDraft } from '../../kit/ui.ts';
import { editContent, type EditJob } from '../../overlays/editor/edit-content.ts';
import { openRevisions } from '../../overlays/revisions.ts';
import { plainSave } from '../../state/save-choice.ts';

function commandsOf(ui: Ui): EngineCommands {
  if (ui.commands === undefined) throw new McptuiError('unavailable', 'the engine is still starting');
  return ui.commands;
}

/** Fetches the definition and gives it to an editor, unless something else came up meanwhile. */
export function editServer(ui: Ui, server: string): void {
  serverJob(ui, server).then(
    (job) => (ui.state.overlay === undefined ? editContent(ui, job) : undefined),
    (error: unknown) => ui.notify('bad', failureText(error)),
  );
}

async function serverJob(ui: Ui, name: string): Promise<EditJob> {
  const { text, revision } = await commandsOf(ui).serverDocument(name);
  const fileName = `server-${name}.yaml`;
  return {
    title: `server ${name}`,
    fileName,
    text,
    choice: plainSave,
    async save(edited) {
      const change = { text: edited };
      const plan = await commandsOf(ui).planServer(name, change, { expected: revision });
      if (plan.restarts.length === 0) {
        return saidOfUpdate(await commandsOf(ui).updateServer(name, change, { expected: revision }));
      }
      ask(ui, plan, change, { title: `Change server ${name}?`, yes: 'change it and restart' }, () => {
        const path = ui.terminal.keep(edited, fileName);
        ui.notify('info', `server ${name} is as it was; your text is in ${path}`);
      });
      return ['info', `server ${name}: not changed yet`];
    },
    renew: () => serverJob(ui, name),
  };
}

interface Words {
  readonly title: string;
  readonly yes: string;
  /** What the question lies over closes with a yes. */
  readonly closes?: boolean;
}

function ask(
  ui: Ui,
  plan: ServerPlan,
  change: ServerChange,
  { title, yes, closes = false }: Words,
  declined: () => void,
): void {
  const { server, revision } = plan;
  ui.ask({
    kind: 'confirm',
    title,
    lines: planLines(plan),
    yes,
    no: 'no, leave it',
    declined,
    act(after) {
      if (closes) after.close();
      after.run(`changing ${server} …`, saidOfUpdate, (commands) =>
        commands.updateServer(server, change, revision === undefined ? {} : { expected: revision }),
      );
    },
  });
}

/** What an edit did, as a notice that `z` can take back. */
export function saidOfUpdate({ server, revision, plan }: ServerUpdated): Said {
  if (plan.changes.length === 0) return ['info', `server ${server} is as it was`];
  const [first] = consequences(plan);
  return [
    'ok',
    `${server} revision ${revision}: ${changedFields(plan)}${first === undefined ? '' : ` · ${first}`}`,
    undoUpdate(server, revision, revision),
  ];
}

/** Takes a revision back by a new one, and again makes of it what is live; `live`: the revision that is live now. */
function undoUpdate(server: string, revision: number, live: number): UndoDraft {
  const label = `${server} revision ${revision}`;
  const goTo = (commands: EngineCommands, to: number, expected: number, note: string): Promise<ServerUpdated> =>
    commands.updateServer(server, { revision: to }, { expected, note });
  return {
    label,
    said: `${server}: revision ${revision} is taken back`,
    async run(commands) {
      const back = await goTo(commands, revision - 1, live, `undo of ${revision}`);
      return {
        label,
        said: `${server}: revision ${revision} is live again`,
        async run(later) {
          const again = await goTo(later, revision, back.revision, `redo of ${revision}`);
          return undoUpdate(server, revision, again.revision);
        },
      };
    },
  };
}

/** Lists the revisions: two of them are compared, and one may come back. */
export function showHistory(ui: Ui, server: string): void {
  load(ui, async (commands) => {
    const rows = await commands.serverRevisions(server);
    if (rows.length === 0) return ui.notify('info', `server ${server} has not been edited yet`);
    openRevisions(ui, server, rows, (after, number) => askToRestore(after, server, number));
  });
}

function askToRestore(ui: Ui, server: string, revision: number): void {
  load(ui, async (commands) => {
    const plan = await commands.planServer(server, { revision });
    if (plan.changes.length === 0) return ui.notify('info', `server ${server} is as in revision ${revision}`);
    const title = `Restore server ${server} to revision ${revision}?`;
    // With a yes the history, which is older then, closes with its question.
    ask(ui, plan, { revision }, { title, yes: 'restore it, as a new revision', closes: true }, () =>
      ui.notify('info', `server ${server} is as it was`),
    );
  });
}

/** Unless something else came up meanwhile. */
function load(ui: Ui, work: (commands: EngineCommands) => Promise<unknown>): void {
  const before = ui.state.overlay;
  Promise.resolve()
    .then(() => (ui.state.overlay === before ? work(commandsOf(ui)) : undefined))
    .catch((error: unknown) => ui.notify('bad', failureText(error)));
}
