/** Asks for a new server in one form: what runs, then what that needs, checked while it is typed, with the whole command in sight. */
import type { ServerCheck, ServerDraft } from '../../../../engine/index.ts';
import { clean } from '../../../../text/clean.ts';
import { createLine } from '../../../../text/create-line.ts';
import { failureText, type Ui } from '../../../kit/ui.ts';
import { waitForRow } from '../../../kit/wait-for-row.ts';
import { openForm, textsOf, type FormJob } from '../../../overlays/form/form.ts';
import { fieldOf } from '../../../state/field.ts';
import type { FormState, FormWords } from '../../../state/overlays.ts';
import { selectInstance } from '../move.ts';
import { proposals, readDraft, shapeOf, type Surroundings } from './draft.ts';
import { everyField, fieldsOf } from './fields.ts';

/** What the engine was asked about the form last. */
interface Asking {
  /** As JSON; the answer counts while the form still says so. */
  draft: string;
  isBusy: boolean;
  isSent: boolean;
}

export function newServer(ui: Ui): void {
  const kept = ui.state.instances.newServer;
  const asking: Asking = { draft: '', isBusy: false, isSent: false };
  const texts = new Map(everyField().map(({ name }) => [name, fieldOf(kept?.get(name) ?? '')]));
  openForm(
    ui,
    {
      title: 'New server',
      sends: 'create and start it',
      does: 'creates it',
      fields: fieldsOf(shapeOf(new Map())),
      note: undefined,
      texts,
      words: [],
      schema: undefined,
    },
    job(asking),
  );
}

function job(asking: Asking): FormJob {
  return {
    typed: (ui, form) => typed(ui, form, asking),
    after: ({ index, fields, problems, texts }) => {
      const isComplete = fields.every(({ name, required }) => !required || texts.get(name)?.text !== '');
      return fields[index]?.name === 'runs' && isComplete && problems.size === 0 ? fields.length : index + 1;
    },
    send: (ui, form) => send(ui, form, asking),
    keep: (ui, texts) => ui.set({ instances: { ...ui.state.instances, newServer: texts } }),
  };
}

/** With what follows from what was typed: proposals, the fields of that kind, what is wrong, and the whole command. */
function typed(ui: Ui, form: FormState, asking: Asking): FormState {
  const proposed = proposedIn(form, surroundings(ui));
  const fields = fieldsOf(shapeOf(textsOf(proposed)));
  const here = form.fields[form.index]?.name;
  const at = fields.findIndex(({ name }) => name === here);
  const index = here === undefined ? fields.length : Math.max(0, at);
  const read = readDraft(textsOf(proposed), ui.terminal.folderOf);
  const next = { ...proposed, fields, index };
  if (read.kind === 'problems') {
    asking.draft = '';
    // What is only missing is told when it is sent.
    const problems = [...read.problems].filter(([name]) => proposed.texts.get(name)?.text.trim() !== '');
    return { ...next, problems: new Map(problems), words: [] };
  }
  ask(ui, form, read.draft, asking);
  return { ...next, problems: new Map(), words: wordsFor(read.draft, undefined) };
}

function surroundings({ state, terminal }: Ui): Surroundings {
  const taken = new Set([...(state.view?.servers.values() ?? [])].map(({ name }) => name));
  return { taken, project: state.project ?? 'default', folderOf: terminal.folderOf };
}

/** Each proposal follows from those before it: the name from the kind. */
function proposedIn(form: FormState, around: Surroundings): FormState {
  const texts = new Map(form.texts);
  const proposed = new Map(form.proposed);
  for (const name of ['kind', 'name', 'project', 'cwd']) {
    const now = texts.get(name)?.text ?? '';
    if (now !== (proposed.get(name) ?? '')) continue;
    const next = proposals(textsOf({ ...form, texts }), around).get(name) ?? '';
    proposed.set(name, next);
    texts.set(name, fieldOf(next));
  }
  return { ...form, texts, proposed };
}

function wordsFor(draft: ServerDraft, check: ServerCheck | undefined): readonly FormWords[] {
  const { fault, notes = [] } = check ?? {};
  const line: FormWords = { tone: 'plain', text: clean(createLine(draft)) };
  if (fault === undefined) return [line, ...notes.map((text): FormWords => ({ tone: 'warn', text: clean(text) }))];
  const hint = fault.hint === undefined ? '' : `: ${fault.hint}`;
  return [line, { tone: 'bad', text: clean(`✗ ${fault.message}${hint}`) }];
}

/** One question at a time, of the newest text: the engine judges as it does when it creates. */
function ask(ui: Ui, form: FormState, draft: ServerDraft, asking: Asking): void {
  asking.draft = JSON.stringify(draft);
  const { commands } = ui;
  if (asking.isBusy || commands === undefined || ui.state.link.state === 'lost') return;
  asking.isBusy = true;
  const asked = asking.draft;
  const answered = (check: ServerCheck | undefined): void => {
    asking.isBusy = false;
    const now = ui.opened<FormState>(form);
    if (now === undefined || asking.draft === '') return;
    if (asking.draft === asked) {
      if (check !== undefined && !asking.isSent) ui.put({ ...now, words: wordsFor(draft, check) });
    } else ask(ui, now, JSON.parse(asking.draft) as ServerDraft, asking);
  };
  // A daemon that cannot be asked says what is wrong when the form is sent.
  commands.checkServer(draft).then(answered, () => answered(undefined));
}

function send(ui: Ui, form: FormState, asking: Asking): void {
  const read = readDraft(textsOf(form), ui.terminal.folderOf);
  if (read.kind === 'problems') {
    const index = form.fields.findIndex(({ name }) => read.problems.has(name));
    return ui.put({ ...form, problems: read.problems, index: Math.max(0, index) });
  }
  const { draft } = read;
  if (asking.isSent) return ui.notify('info', `creating ${draft.name} …`);
  const { name } = draft;
  const isThere = ui.commands !== undefined && ui.state.link.state !== 'lost';
  asking.isSent = isThere;
  ui.run(
    `creating ${name} …`,
    () => {
      const now = ui.opened<FormState>(form);
      if (now !== undefined) ui.close(now);
      ui.set({ instances: { ...ui.state.instances, newServer: undefined } });
      waitForRow(ui, 'instances', `${name}-1`, (id) => selectInstance(ui, id));
      return ['ok', `server ${name} is created: e edits it`];
    },
    async (commands) => {
      try {
        await commands.createServer(draft);
      } catch (error) {
        asking.isSent = false;
        const now = ui.opened<FormState>(form);
        if (now !== undefined)
          ui.put({ ...now, words: wordsFor(draft, { fault: { message: failureText(error) }, notes: [] }) });
        throw error;
      }
    },
  );
}
