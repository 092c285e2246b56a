/** Lists the commands on models: those that help to choose prompts and to sum texts up. */
import type { ModelTest, ModelView } from '../../models/model-view.ts';
import { modelChange, modelDraft, type ModelChange, type ModelDraft } from '../../models/changes.ts';
import { command } from './entry.ts';
import { text } from './shapes.ts';

export const modelEntries = {
  models: command<() => Promise<readonly ModelView[]>>({
    about: 'The models, how each of them does, and what it has used today.',
    effect: 'reads',
    verb: 'view',
    resource: 'model',
    audit: [],
    args: [],
  }),
  createModel: command<(name: string, draft: ModelDraft) => Promise<ModelView>>({
    about:
      'Makes a model. Refused with `conflict` when the name is taken, `invalid` for an address that may not be asked.',
    effect: 'changes',
    verb: 'create',
    resource: 'model',
    audit: ['model_create'],
    args: [
      ['name', text],
      ['draft', modelDraft],
    ],
  }),
  updateModel: command<(name: string, change: ModelChange) => Promise<ModelView>>({
    about: 'Changes the named fields of a model. It counts as well again.',
    effect: 'changes',
    verb: 'edit',
    resource: 'model',
    audit: ['model_update'],
    args: [
      ['name', text],
      ['change', modelChange],
    ],
  }),
  deleteModel: command<(name: string) => Promise<void>>({
    about: 'Deletes a model and what it has used.',
    effect: 'changes',
    verb: 'delete',
    resource: 'model',
    audit: ['model_delete'],
    args: [['name', text]],
  }),
  testModel: command<(name: string) => Promise<ModelTest>>({
    about: 'Asks a model for a real answer, whatever its state is, and says how long that took and what it used.',
    effect: 'changes',
    verb: 'run',
    resource: 'model',
    audit: ['model_test'],
    args: [['name', text]],
  }),
};
