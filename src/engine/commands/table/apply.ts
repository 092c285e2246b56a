/** Lists the commands on documents: what a repository says that there is. */
import * as z from 'zod';
import {
  applyOptions,
  documentSchema,
  exportQuery,
  MAX_DOCUMENTS,
  type AppliedDocument,
  type ApplyOptions,
  type ExportedDocument,
  type ExportQuery,
  type GivenDocument,
} from '../../apply/types.ts';
import { command } from './entry.ts';

const documents = z.array(documentSchema).max(MAX_DOCUMENTS).readonly();

export const applyEntries = {
  applyDocuments: command<
    (documents: readonly GivenDocument[], options?: ApplyOptions) => Promise<readonly AppliedDocument[]>
  >({
    about:
      'Makes what documents describe, each in one journal record, in the order in which they need each other. A field has ' +
      'owners; what another one applies, or somebody changed by hand, is a conflict, and that document changes nothing. Each ' +
      'document needs the right to do the same by hand.',
    effect: 'changes',
    verb: 'edit',
    resource: 'engine',
    audit: [
      'apply',
      'server_create',
      'server_update',
      'project_create',
      'project_update',
      'agent_create',
      'agent_update',
      'model_create',
      'model_update',
      'revision_create',
      'role_create',
      'role_update',
      'binding_create',
      'secret_backend_set',
    ],
    on: () => [],
    args: [
      ['documents', documents],
      ['options', applyOptions.optional()],
    ],
  }),
  planDocuments: command<
    (documents: readonly GivenDocument[], options?: ApplyOptions) => Promise<readonly AppliedDocument[]>
  >({
    about:
      'What `applyDocuments` would do, with each resource as it is and as it would be; changes nothing. Needs the same rights.',
    effect: 'reads',
    verb: 'view',
    resource: 'engine',
    audit: [],
    on: () => [],
    args: [
      ['documents', documents],
      ['options', applyOptions.optional()],
    ],
  }),
  exportDocuments: command<(query?: ExportQuery) => Promise<readonly ExportedDocument[]>>({
    about: 'Resources as documents that, applied, change nothing. Values that look like secrets are left out.',
    effect: 'reads',
    verb: 'view',
    resource: 'engine',
    audit: [],
    on: () => [],
    seen: (all, sees, meant) => all.filter((one) => sees(meant.document(one))),
    args: [['query', exportQuery.optional()]],
  }),
};
