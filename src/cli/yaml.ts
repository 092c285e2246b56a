/** YAML for people's eyes. Its own module, so that only those verbs load the library. */
import { stringify } from 'yaml';

export function toYaml(value: unknown): string {
  return stringify(value).trimEnd();
}
