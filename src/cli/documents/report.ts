/** Tells what came of documents, a line each, and ends with the error that a script can tell apart. */
import type { AppliedDocument } from '../../engine/apply/types.ts';
import { McptuiError, type ErrorCode } from '../../kernel/errors.ts';
import { clean } from '../../text/clean.ts';
import type { Context } from '../context.ts';
import { toJson, type Format } from '../output.ts';

const MAX_FIELDS = 6;

export async function printApplied(
  context: Context,
  results: readonly AppliedDocument[],
  format: Format,
  tense: 'done' | 'planned',
): Promise<void> {
  switch (format) {
    case 'json':
      return context.print(toJson(results, 2));
    case 'jsonl':
      return results.forEach((one) => context.print(toJson(one)));
    case 'yaml':
      return context.print((await import('../yaml.ts')).toYaml(JSON.parse(JSON.stringify(results))));
    case 'name':
      return results.forEach((one) => context.print(idOf(one)));
    case 'table':
    case 'wide':
      for (const one of results) for (const line of lines(one, tense, format)) context.print(line);
  }
}

function lines(one: AppliedDocument, tense: 'done' | 'planned', format: Format): readonly string[] {
  const { action, fields, conflicts = [], error } = one;
  const what = clean(idOf(one));
  switch (action) {
    case 'conflict': {
      const which = conflicts.map(
        ({ field, owner, byHand }) =>
          `    ${clean(field)} ${byHand ? `was changed by hand by ${clean(owner)}` : `is applied by ${clean(owner)}`}`,
      );
      return [`${what} conflict${error === undefined ? '' : `: ${clean(error.message)}`}`, ...which];
    }
    case 'refused':
      return [
        `${what} refused: ${clean(error?.message ?? '')}`,
        ...(error?.hint === undefined ? [] : [`    → ${clean(error.hint)}`]),
      ];
    case 'unchanged':
      return [`${what} unchanged`];
    case 'created':
    case 'changed': {
      const verb = tense === 'planned' ? { created: 'would be created', changed: 'would change' }[action] : action;
      const shown = format === 'wide' ? fields : fields.slice(0, MAX_FIELDS);
      const more = fields.length > shown.length ? `, and ${fields.length - shown.length} more` : '';
      return [`${what} ${verb}${action === 'changed' ? `: ${shown.map(clean).join(', ')}${more}` : ''}`];
    }
  }
}

export function idOf({ kind, ref }: Pick<AppliedDocument, 'kind' | 'ref'>): string {
  return `${kind}/${ref}`;
}

/** @throws McptuiError of the first document that was not applied */
export function refuseUnapplied(results: readonly AppliedDocument[], total: number): void {
  const failed = results.filter(({ action }) => action === 'conflict' || action === 'refused');
  const [first] = failed;
  if (first === undefined) return;
  const isConflict = failed.some(({ action }) => action === 'conflict');
  const code = isConflict ? 'conflict' : ((first.error?.code ?? 'invalid') as ErrorCode);
  const hint = isConflict
    ? '--force-conflicts decides for the documents; mcptui export shows what is there'
    : 'the others are as they are told above';
  throw new McptuiError(code, `${failed.length} of ${total} documents were not applied`, { hint });
}
