/** Shows an answer to stages: how it ended, and its body where a stage reads bodies. Pure. */
import { parseLarge } from '../wire/answers.ts';
import { mapAt } from '../wire/message.ts';
import type { Answer } from '../wire/outcome.ts';
import type { RpcError } from '../wire/rpc-errors.ts';
import type { SeenAnswer } from './stages.ts';

export function bytesOf(answer: Exclude<Answer, { readonly kind: 'failed' }>): number {
  return answer.kind === 'small' ? Buffer.byteLength(answer.text) : answer.bytes;
}

export function seenAnswer(answer: Answer, instanceId: string, readsBody: boolean): SeenAnswer {
  if (answer.kind === 'failed') {
    return { isError: true, isToolError: false, bytes: 0, instanceId, error: answer.error };
  }
  const message = answer.kind === 'small' ? answer.message : readsBody ? parseLarge(answer) : undefined;
  const result = mapAt(message, 'result');
  const error = mapAt(message, 'error');
  return {
    isError: answer.isError,
    isToolError: answer.kind === 'large' ? answer.isToolError : result?.['isError'] === true,
    bytes: bytesOf(answer),
    instanceId,
    ...(readsBody && result !== undefined ? { result } : {}),
    ...(readsBody && error !== undefined ? { error: error as unknown as RpcError } : {}),
  };
}
