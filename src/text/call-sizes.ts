/** Tells how large the request of a call and its result were. Pure. */
import { bytesText } from './format.ts';

/** From the detail of a call's trace; undefined of another event. */
export function sizesLine(detail: unknown): string | undefined {
  const { requestBytes, responseBytes, arguments: args, argumentsBytes } = (detail ?? {}) as Record<string, unknown>;
  if (typeof requestBytes !== 'number' || typeof responseBytes !== 'number') return undefined;
  const bytes = typeof argumentsBytes === 'number' ? argumentsBytes : args === undefined ? 0 : lengthOf(args);
  return `arguments ${bytesText(bytes)} of a request of ${bytesText(requestBytes)} · result ${bytesText(responseBytes)}`;
}

function lengthOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
