/** Sends documents to an engine in as many requests as they need, those first that others need. */
import { kinds } from '../../engine/apply/kinds/index.ts';
import { inOrder } from '../../engine/apply/documents.ts';
import type { AppliedDocument, ApplyOptions, GivenDocument } from '../../engine/apply/types.ts';
import type { EngineCommands } from '../../engine/index.ts';
import { append } from '../../kernel/append.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { Sourced } from './sources.ts';

/** Less than the body of a request may have. */
const MAX_BATCH_BYTES = 3 * 1024 * 1024;

export async function applyAll(
  commands: EngineCommands,
  documents: readonly Sourced[],
  options: ApplyOptions,
): Promise<readonly AppliedDocument[]> {
  const results: AppliedDocument[] = [];
  for (const batch of batches(documents)) append(results, await commands.applyDocuments(batch, options));
  return results;
}

/** @throws McptuiError `invalid` for more than a request holds: what is planned in two does not know of each other */
export async function planAll(
  commands: EngineCommands,
  documents: readonly Sourced[],
  options: ApplyOptions,
): Promise<readonly AppliedDocument[]> {
  const [first = [], ...more] = batches(documents);
  if (more.length > 0) {
    throw new McptuiError('invalid', `${documents.length} documents are over 3 MiB, which is too much for one plan`, {
      hint: 'plan them by folder',
    });
  }
  return commands.planDocuments(first, options);
}

function batches(documents: readonly Sourced[]): readonly (readonly GivenDocument[])[] {
  const ordered = inOrder(documents.map((one) => ({ ...one, kind: kinds[one.document.kind] })));
  const all: GivenDocument[][] = [];
  let room = 0;
  for (const { document, at } of ordered) {
    const bytes = Buffer.byteLength(JSON.stringify(document));
    if (bytes > MAX_BATCH_BYTES) {
      throw new McptuiError('invalid', `${at}: the document is over 3 MiB`, { hint: 'make what it holds smaller' });
    }
    if (bytes > room) {
      all.push([]);
      room = MAX_BATCH_BYTES;
    }
    all.at(-1)?.push(document);
    room -= bytes;
  }
  return all;
}
