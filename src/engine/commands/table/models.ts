/** Lists the commands on models: those that help to choose prompts and to sum texts up. */
import type { ModelDocument, ModelTest, ModelView } from '../../models/model-view.ts';
import {
  modelChange,
  modelChangeOptions,
  modelDraft,
  type ModelChange,
  type ModelChangeOptions,
  type ModelDraft,
} from '../../models/changes.ts';
import { command } from './entry.ts';
import { text } from './shapes.ts';

export const modelEntries = {
  models: command<() => Promise<readonly ModelView[]>>({
    about: 'The models, how each of them does, and what it has used today.',
    effect: 'reads',
    verb: 'view',
    resource: 'model',
    audit: [],
    on: () => [],
    seen: (all, sees) => all.filter(({ name }) => sees([{ kind: 'model', name }])),
    args: [],
  }),
  createModel: command<(name: string, draft: ModelDraft) => Promise<ModelView>>({
    about:
      'Makes a model. Refused with `conflict` when the name is taken, `invalid` for an address that may not be asked.',
    effect: 'changes',
    verb: 'create',
    resource: 'model',
    audit: ['model_create'],
    on: (meant, name, draft) => meant.model(name, draft.run !== undefined),
    args: [
      ['name', text],
      ['draft', modelDraft],
    ],
  }),
  modelDocument: command<(name: string) => Promise<ModelDocument>>({
    about: 'A model as YAML to be edited, without values that are not shown, and its version.',
    effect: 'reads',
    verb: 'view',
    resource: 'model',
    audit: [],
    on: (_meant, name) => [{ kind: 'model', name }],
    args: [['name', text]],
  }),
  updateModel: command<(name: string, change: ModelChange, options?: ModelChangeOptions) => Promise<ModelView>>({
    about:
      'Changes the named fields of a model, or all of it by its YAML. It counts as well again. Refused with `conflict` when another version is there than the expected one.',
    effect: 'changes',
    verb: 'edit',
    resource: 'model',
    audit: ['model_update'],
    // A document says what is run, where anything is.
    on: (meant, name, change) => meant.model(name, 'text' in change && meant.isRun(name)),
    args: [
      ['name', text],
      ['change', modelChange],
      ['options', modelChangeOptions.optional()],
    ],
  }),
  deleteModel: command<(name: string) => Promise<void>>({
    about: 'Deletes a model and what it has used.',
    effect: 'changes',
    verb: 'delete',
    resource: 'model',
    audit: ['model_delete'],
    on: (_meant, name) => [{ kind: 'model', name }],
    args: [['name', text]],
  }),
  testModel: command<(name: string) => Promise<ModelTest>>({
    about: 'Asks a model for a real answer, whatever its state is, and says how long that took and what it used.',
    effect: 'changes',
    verb: 'run',
    resource: 'model',
    audit: ['model_test'],
    on: (_meant, name) => [{ kind: 'model', name }],
    args: [['name', text]],
  }),
};
