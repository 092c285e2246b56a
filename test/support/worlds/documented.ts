/** Compares an answer of the REST API with the schema that its OpenAPI document has for it. */
import * as z from 'zod';
import { routes } from '../../../src/engine/commands/routes/index.ts';
import { shown } from '../../../src/engine/commands/routes/shown.ts';
import { lookUp, operationsOf } from '../../../src/engine/host/resources/match.ts';

const operations = operationsOf(routes);

/** What is wrong with the body of a success; undefined when nothing is, or when it is described in words alone. */
export function undocumented(method: string, where: string, body: unknown): string | undefined {
  const segments = (where.split('?')[0] ?? '').slice(1).split('/').map(decodeURIComponent);
  const looked = lookUp(operations, method, segments);
  if (looked.kind !== 'found' || body === undefined) return undefined;
  const { as, route } = looked.found;
  if (route.shows === undefined) return undefined;
  const one: z.ZodType = shown[route.shows];
  const isPage = route.kind === 'list' && as === 'list';
  const schema = isPage ? z.strictObject({ items: z.array(one), next: z.string().optional() }) : one;
  const result = schema.safeParse(body);
  return result.success ? undefined : `${method} ${where} is not as documented: ${z.prettifyError(result.error)}`;
}
