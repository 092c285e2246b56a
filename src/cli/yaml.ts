/** Writes YAML for people's eyes. Its own module, so that only those verbs load the library. */
import { Document, visit } from 'yaml';
import { cleanJson, isUnsafe } from '../text/clean.ts';

/** A text that a terminal must not see raw is quoted, with escapes: the same value. */
export function toYaml(value: unknown): string {
  const document = new Document(value);
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value === 'string' && isUnsafe(node.value.replaceAll('\n', ''))) node.type = 'QUOTE_DOUBLE';
    },
  });
  return cleanJson(document.toString()).trimEnd();
}
