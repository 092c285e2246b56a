/** Knows documents of models: as their YAML is. */
import * as z from 'zod';
import { modelDocumentSchema } from '../../models/document-schema.ts';
import { modelFieldsOf, newModelDraft } from '../../models/model-document.ts';
import type { Model } from '../../../store/schema/model.ts';
import { nameSchema } from '../../../store/schema/server.ts';
import type { Versioned } from '../../../store/types.ts';
import { without } from '../fields.ts';
import { nameOf, type Found, type Kind } from './kind.ts';
import { rawEntries, rawSource } from './server.ts';

export const modelKind: Kind = {
  noun: 'model',
  metadata: z.strictObject({ name: nameSchema }),
  spec: modelDocumentSchema.extend({ model: modelDocumentSchema.shape.model.optional() }),
  ref: nameOf,
  find(from, document) {
    const row = from
      .collection('models')
      .all()
      .find(({ name }) => name === nameOf(document));
    return row && found(row);
  },
  all: (from) => from.collection('models').all().map(found),
  defaults: () => ({ timeoutMs: 30_000, allowPrivate: false }),
  create: (document) => ({
    name: 'createModel',
    args: [nameOf(document), newModelDraft(nameOf(document), without(document, ['name']))],
  }),
  replace: (document, { ref }) => ({ name: 'updateModel', args: [ref, { text: JSON.stringify(document) }] }),
  remove: (ref) => ({ name: 'deleteModel', args: [ref] }),
};

function found(model: Versioned<Model>): Found {
  const { name, version, run } = model;
  const shown = modelFieldsOf(model);
  const raw = run === undefined ? {} : { env: rawEntries(run.env), source: rawSource(run.source) };
  const fields = run === undefined ? shown : { ...shown, run: { ...(shown['run'] as object), ...raw } };
  return { ref: name, version, fields, shown: () => shown };
}
