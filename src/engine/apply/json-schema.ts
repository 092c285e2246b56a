/** Makes a JSON Schema of documents, from the schemas that judge them. Pure. */
import * as z from 'zod';
import { kinds } from './kinds/index.ts';
import { documentKinds, type DocumentKind } from './kind-names.ts';
import { API_VERSION, labelsSchema } from './types.ts';

type Part = Readonly<Record<string, unknown>>;

/** Of one kind, or of all of them. */
export function documentJsonSchema(kind?: DocumentKind): Part {
  const all = (kind === undefined ? documentKinds : [kind]).map(schemaOf);
  const [only] = all;
  const head = { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'mcptui document' };
  return all.length === 1 && only !== undefined ? { ...head, ...only } : { ...head, oneOf: all };
}

function schemaOf(noun: DocumentKind): Part {
  const { metadata, spec } = kinds[noun];
  const own = z.toJSONSchema(metadata.extend({ labels: labelsSchema.optional() }), OPTIONS) as Part;
  const { $schema: _metadata, ...place } = own;
  const { $schema: _spec, $defs, ...fields } = z.toJSONSchema(spec, OPTIONS) as Part;
  const isNamed = Object.keys(metadata.shape).length > 0;
  const needsSpec = Array.isArray(fields['required']) && fields['required'].length > 0;
  return {
    title: noun,
    type: 'object',
    properties: { apiVersion: { const: API_VERSION }, kind: { const: noun }, metadata: place, spec: fields },
    required: ['kind', ...(isNamed ? ['metadata'] : []), ...(needsSpec ? ['spec'] : [])],
    additionalProperties: false,
    ...($defs === undefined ? {} : { $defs }),
  };
}

const OPTIONS = { io: 'input', unrepresentable: 'any', target: 'draft-2020-12' } as const;
