/** Writes an answer of mcptui's own under the agent's id. */
import type { BuiltinAnswer } from '../types/builtin.ts';
import { errorLine, resultLine } from '../wire/rpc-errors.ts';

export function answerText(idText: string, answer: BuiltinAnswer): string {
  return 'error' in answer ? errorLine(idText, answer.error) : resultLine(idText, JSON.stringify(answer.result));
}
