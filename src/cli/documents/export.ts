/** Runs `export` and `schema`: resources as documents, and what a document may hold. */
import { documentJsonSchema } from '../../engine/apply/json-schema.ts';
import type { DocumentKind } from '../../engine/apply/kind-names.ts';
import { defined } from '../../kernel/defined.ts';
import { clean } from '../../text/clean.ts';
import type { Context } from '../context.ts';
import { toJson } from '../output.ts';
import { withEngine } from '../with-engine.ts';
import { idOf } from './report.ts';

export interface ExportFlags {
  readonly selector?: Readonly<Record<string, string>>;
  readonly project?: string;
  readonly output: 'yaml' | 'json';
}

/** Editors that know YAML read it. */
const SCHEMA_LINE = '# yaml-language-server: $schema=mcptui.schema.json';

export async function runExport(
  context: Context,
  kind: DocumentKind | undefined,
  name: string | undefined,
  { project, selector: labels, output }: ExportFlags,
): Promise<void> {
  const kinds = kind === undefined ? undefined : [kind];
  const found = await withEngine(context, ({ commands }) =>
    commands.exportDocuments(defined({ kinds, name, project, labels })),
  );
  const documents = found.map(({ document }) => document);
  if (output === 'json') context.print(toJson(documents, 2));
  else if (documents.length > 0) {
    const { toYaml } = await import('../yaml.ts');
    context.print([SCHEMA_LINE, documents.map(toYaml).join('\n---\n')].join('\n'));
  }
  if (found.length === 0) context.note('nothing to export');
  for (const one of found) {
    if (one.leftOut.length === 0) continue;
    context.note(
      `mcptui: ${clean(idOf(one))}: ${one.leftOut.map(clean).join(', ')} looks like a secret and is left out`,
    );
    context.note('  → keep it as a secret (mcptui create secret NAME) and name it: secret:file/NAME');
  }
}

export function runSchema(context: Context, kind: DocumentKind | undefined): void {
  context.print(toJson(documentJsonSchema(kind), 2));
}
