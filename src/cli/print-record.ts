/** Prints one record: as JSON, or as YAML for people. */
import type { Json } from '../kernel/json.ts';
import type { Context } from './context.ts';
import { toJson, withTimes, type Format } from './output.ts';

export async function printRecord(context: Context, record: object, format: Format): Promise<void> {
  const value = withTimes(record);
  if (format === 'json' || format === 'jsonl') return context.print(toJson(value, format === 'json' ? 2 : 0));
  const { toYaml } = await import('./yaml.ts');
  context.print(toYaml(JSON.parse(JSON.stringify(value)) as Json));
}
