/** Answers requests by mcptui itself, under the agent's id. */
import type { BuiltinAnswer } from '../types/builtin.ts';
import { failureOfMessage } from '../wire/call-failure.ts';
import { errorLine, resultLine } from '../wire/rpc-errors.ts';
import type { Incoming } from './incoming.ts';
import type { ToolCall } from './tool-call.ts';

export function answerText(idText: string, answer: BuiltinAnswer): string {
  return 'error' in answer ? errorLine(idText, answer.error) : resultLine(idText, JSON.stringify(answer.result));
}

/** Answers a call in the place of a server, and ends it. */
export function answerCall(incoming: Incoming, call: ToolCall, answer: BuiltinAnswer): void {
  const line = answerText(incoming.idText, answer);
  incoming.sink.send(line);
  const failure = failureOfMessage('error' in answer ? { error: answer.error } : { result: answer.result });
  call.end({ outcome: failure?.outcome ?? 'ok', bytes: Buffer.byteLength(line), error: failure?.error });
}
