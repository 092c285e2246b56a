/** Lists models that choose prompts for gated sessions: how each does, and what it has used today. */
import type { ModelDraft, ModelTest, ModelView } from '../../../engine/index.ts';
import { modelState, modelTokens, programState, runLine, whenWords } from '../../../text/model-words.ts';
import { count, duration, timeLabel } from '../../../text/format.ts';
import type { Ui } from '../../kit/ui.ts';
import type { UiState } from '../../state/ui-store.ts';
import { wordsOf } from '../editor/shell-words.ts';
import { editModel } from './edit-model.ts';
import { askToRemove, byName, fact, load, nameFault, openedListing, type ListedRow, type Listing } from './listing.ts';

/** Asks for them again. */
function reload(ui: Ui): void {
  load(ui, async (commands) => {
    const models = await commands.models();
    const open = openedListing(ui, 'models');
    if (open !== undefined) ui.put({ ...open, models });
  });
}

const kinds: readonly (readonly [kind: ModelDraft['kind'], note: string])[] = [
  ['ollama', 'Ollama’s own API, on this machine unless its URL says otherwise'],
  ['openai', 'chat completions: vLLM, llama.cpp, LM Studio, OpenRouter, OpenAI'],
  ['anthropic', 'messages'],
  ['managed', 'a program that mcptui runs itself: llama-server, vLLM, docker run …'],
];

function create(ui: Ui): void {
  const { models: taken = [] } = openedListing(ui, 'models') ?? {};
  ui.askText({
    title: 'New model',
    lines: ['It chooses prompts for gated sessions; without one rules do.'],
    label: 'name',
    does: 'goes on',
    required: 'a model needs a name',
    check: (name) => nameFault('model', name, taken),
    act: (after, name) =>
      after.pick({
        title: `What does model ${name} speak?`,
        does: 'goes on',
        choices: kinds.map(([kind, note], at) => ({ id: kind, name: kind, note, isOn: at === 0 })),
        act: (next, kind) =>
          kind === 'managed' ? askCommand(next, name) : askModel(next, name, kind as ModelDraft['kind']),
      }),
  });
}

function askCommand(ui: Ui, name: string): void {
  ui.askText({
    title: `What runs ${name}?`,
    lines: [
      'Its command, such as llama-server -m /models/small.gguf --port {port}',
      '{port} is the port that it is given on 127.0.0.1. No shell runs: write paths whole.',
    ],
    label: 'command',
    does: 'goes on',
    required: 'a managed model needs a command',
    check: (text) => {
      const words = wordsOf(text);
      return typeof words === 'string' ? words : undefined;
    },
    act(after, text) {
      const words = wordsOf(text);
      if (typeof words === 'string') return after.notify('info', words);
      const source = { kind: 'command' as const, command: [...words] };
      askKey(after, name, { kind: 'managed', run: { source, runtime: 'process' } });
    },
  });
}

function askModel(ui: Ui, name: string, kind: ModelDraft['kind']): void {
  ui.askText({
    title: `Which model is ${name}?`,
    lines: ['As its API calls it, such as qwen3:1.7b.'],
    label: 'model',
    does: 'goes on',
    required: 'its API has to be told which model is meant',
    act: (after, model) => askUrl(after, name, { kind, model }),
  });
}

function askUrl(ui: Ui, name: string, draft: Pick<ModelDraft, 'kind' | 'model'>): void {
  ui.askText({
    title: `Where does ${name} answer?`,
    lines: ['A URL, or nothing: where its kind usually does.'],
    label: 'url',
    does: 'goes on',
    required: undefined,
    check: (url) => (url === '' || /^https?:\/\/\S+$/.test(url) ? undefined : 'use http://HOST or https://HOST'),
    act: (after, url) => askKey(after, name, { ...draft, ...(url === '' ? {} : { url }) }),
  });
}

function askKey(ui: Ui, name: string, draft: Pick<ModelDraft, 'kind' | 'model' | 'url' | 'run'>): void {
  ui.askText({
    title: `Which secret is the key of ${name}?`,
    lines: ['The name of a secret in pane 7, or nothing: it needs none. Never the key itself.'],
    label: 'secret',
    does: 'makes it',
    required: undefined,
    check: (path) => (/^[\w.-]{0,128}$/.test(path) ? undefined : 'this is no name of a secret'),
    act(after, path) {
      const key = path === '' ? {} : { key: { backend: 'file', path } as const };
      const said = `model ${name} is made · t tries it`;
      after.run(`making model ${name} …`, said, async (commands) => {
        await commands.createModel(name, { ...draft, ...key, tier: 'both' });
        reload(after);
      });
    },
  });
}

function remove(ui: Ui, { name }: ListedRow): void {
  askToRemove(ui, {
    noun: 'model',
    name,
    lines: ['Rules choose where it did.'],
    verb: 'delete',
    done: 'deleted',
    act: (after) =>
      after.run(`deleting model ${name} …`, `model ${name} is deleted`, async (commands) => {
        await commands.deleteModel(name);
        reload(after);
      }),
  });
}

/** A real answer, which costs some tokens. */
function tryIt(ui: Ui, { name }: ListedRow): void {
  ui.run<ModelTest>(
    `asking model ${name} …`,
    ({ ok, ms, tokensIn, tokensOut, reason = 'no reason given' }) =>
      ok
        ? ['ok', `model ${name} answered in ${duration(ms)}: ${tokensIn} tokens in, ${tokensOut} out`]
        : ['bad', `model ${name} did not answer after ${duration(ms)}: ${reason}`],
    async (commands) => {
      const tested = await commands.testModel(name);
      reload(ui);
      return tested;
    },
  );
}

export const models: Listing = {
  title: 'Models',
  noun: 'model',
  columns: ['NAME', 'KIND', 'MODEL', 'TIER', 'WHERE', 'STATE', 'TODAY'],
  rows: (state, overlay) =>
    overlay.models?.toSorted(byName).map((model) => ({
      id: model.id,
      name: model.name,
      cells: [
        model.name,
        model.kind,
        model.model,
        model.tier,
        model.isLocal ? 'local' : 'elsewhere',
        modelState(asSeen(model, state), state.now),
        modelTokens(model),
      ],
    })),
  load: reload,
  create,
  edit: (ui, { name }) => editModel(ui, name, () => reload(ui)),
  remove,
  act: { label: 'try', run: tryIt },
  async describe({ name }, state, overlay) {
    const model = overlay.models?.find((one) => one.name === name);
    return model === undefined ? [[`model ${name} is gone`]] : describeModel(asSeen(model, state), state.now);
  },
};

function describeModel(model: ModelView, now: number): ReturnType<typeof fact> {
  const { health, key = 'none', timeoutMs, isLocal, url, run, program } = model;
  const { used, lastFailure = '', pausedUntil } = health;
  return [
    ...fact('model', `${model.name}: ${model.kind} ${model.model}`),
    ...(run === undefined
      ? fact('where', `${url ?? '-'} (${isLocal ? 'this machine' : 'elsewhere: only projects with models any ask it'})`)
      : runFacts(run, program)),
    ...fact('tier', model.tier),
    ...fact('key', key),
    ...fact('waits', duration(timeoutMs)),
    ...fact('state', modelState(model, now)),
    ...fact('last failure', lastFailure),
    ...fact('asked again', pausedUntil === undefined ? '' : timeLabel(pausedUntil, now, 'local')),
    ...fact('today', `${count(used.asked)} asked, ${count(used.failed)} failed, ${modelTokens(model)} tokens`),
  ];
}

/** With its program as the view has it by now. */
function asSeen(model: ModelView, { view }: UiState): ModelView {
  if (model.run === undefined) return model;
  const instance = [...(view?.instances.values() ?? [])].find((one) => one.model === model.name);
  if (instance === undefined) return model;
  const state = programState(instance);
  // What is known of another state is past.
  return { ...model, program: state === model.program?.state ? model.program : { instance: instance.name, state } };
}

function runFacts(run: NonNullable<ModelView['run']>, program: ModelView['program']): ReturnType<typeof fact> {
  const { instance = '-', reason = '', url = '' } = program ?? {};
  return [
    ...fact('runs', runLine(run)),
    ...fact('when', whenWords(run)),
    ...fact('instance', `${instance} in pane 1`),
    ...fact('where', url),
    ...fact('now', reason),
  ];
}
