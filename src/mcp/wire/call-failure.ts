/** Tells how an answer to `tools/call` reports a failure. Pure. */
import { wordFor } from '../../kernel/foreign.ts';
import { isMap, mapAt, mapsAt, stringAt, type WireMap } from './message.ts';
import type { Answer } from './outcome.ts';

export interface CallFailure {
  readonly outcome: 'tool-error' | 'rpc-error';
  readonly error: string;
}

/** How an answer to `tools/call` reports a failure; undefined for a good one. */
export function failureOf(answer: Exclude<Answer, { readonly kind: 'failed' }>): CallFailure | undefined {
  if (answer.kind === 'small') return failureOfMessage(answer.message);
  if (answer.isError) return { outcome: 'rpc-error', error: 'an error of more than 8 KiB' };
  return answer.isToolError ? { outcome: 'tool-error', error: 'a result of more than 8 KiB' } : undefined;
}

export function failureOfMessage(message: WireMap): CallFailure | undefined {
  const error = mapAt(message, 'error');
  if (error !== undefined) {
    return { outcome: 'rpc-error', error: `${wordFor(error['code'])} ${stringAt(error, 'message') ?? ''}` };
  }
  const { result } = message;
  if (!isMap(result) || result['isError'] !== true) return undefined;
  const first = mapsAt(result, 'content').find((item) => item['type'] === 'text');
  return { outcome: 'tool-error', error: stringAt(first, 'text') ?? 'isError without a text' };
}
