/** Makes one call of an operator: a session of its own in this process, so that it goes the very way of agents' calls. */
import { duplexPair, type Duplex } from 'node:stream';
import type { Clock } from '../../kernel/clock.ts';
import { parseForeign } from '../../kernel/foreign.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { version } from '../../kernel/version.ts';
import { timeWords } from '../../kernel/time-words.ts';
import { endsOf, readEnvelope } from '../wire/envelope.ts';
import { LEGACY_VERSIONS } from '../eras/legacy.ts';
import { decodeParts, LineReader } from '../wire/framing.ts';
import { isMap } from '../wire/message.ts';
import { RPC, errorLine, resultLine } from '../wire/rpc-errors.ts';
import type { AgentsFace } from '../downstream/agents-face.ts';

export interface OperatorCall {
  readonly project: string;
  /** `operator:ann` */
  readonly operator: string;
  /** The name that agents use. */
  readonly tool: string;
  readonly args: JsonObject;
  /** Absent = as long as it takes. */
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
}

export type OperatorCallEnd =
  /** The JSON-RPC answer, result or error, as it came. */
  | { readonly kind: 'answer'; readonly text: string; readonly bytes: number }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'timeout' }
  /** The router closed, or the session was ended by somebody. */
  | { readonly kind: 'ended' };

const INITIALIZE_ID = 1;
const CALL_ID = 2;
/** The router has refused what is longer. */
const MAX_LINE_BYTES = Number.MAX_SAFE_INTEGER;

/** Never rejects. What is given up is cancelled at the server; it may have done part of it. */
export function callAsOperator(
  agents: Pick<AgentsFace, 'accept'>,
  clock: Clock,
  call: OperatorCall,
): Promise<OperatorCallEnd> {
  return new Promise((resolve) => {
    const [ours, theirs] = duplexPair();
    const line = (message: object): void => void ours.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    let isOver = false;
    const finish = (end: OperatorCallEnd): void => {
      if (isOver) return;
      isOver = true;
      timer?.cancel();
      call.signal.removeEventListener('abort', onAbort);
      resolve(end);
      ours.end();
      ours.resume();
    };
    const giveUp = (kind: 'cancelled' | 'timeout', reason: string): void => {
      if (isOver) return;
      line({ method: 'notifications/cancelled', params: { requestId: CALL_ID, reason } });
      finish({ kind });
    };
    const onAbort = (): void => giveUp('cancelled', 'cancelled by the operator');
    const { timeoutMs } = call;
    const late = (ms: number): void => giveUp('timeout', `no answer within ${timeWords(ms)}`);
    const timer = timeoutMs === undefined ? undefined : clock.after(timeoutMs, () => late(timeoutMs));
    ours.on('error', () => finish({ kind: 'ended' }));
    ours.once('end', () => finish({ kind: 'ended' }));
    read(ours, (text, bytes) => finish({ kind: 'answer', text, bytes }));
    agents.accept(theirs, { project: call.project, operator: call.operator });
    const clientInfo = { name: 'mcptui', version };
    const params = { protocolVersion: LEGACY_VERSIONS[0], capabilities: {}, clientInfo };
    line({ id: INITIALIZE_ID, method: 'initialize', params });
    line({ method: 'notifications/initialized' });
    line({ id: CALL_ID, method: 'tools/call', params: { name: call.tool, arguments: call.args } });
    call.signal.addEventListener('abort', onAbort, { once: true });
    if (call.signal.aborted) onAbort();
  });
}

/** Waits for the answer of the call; a server's own requests are refused, nobody sits here to answer them. */
function read(stream: Duplex, answered: (text: string, bytes: number) => void): void {
  const reader = new LineReader(MAX_LINE_BYTES, {
    small(text) {
      const message = parsed(text);
      if (!isMap(message)) return;
      const { id, method } = message;
      if (method === undefined) {
        if (id === CALL_ID) answered(text, Buffer.byteLength(text));
        return;
      }
      if (id === undefined || !stream.writable) return;
      const idText = JSON.stringify(id);
      const refusal = { code: RPC.methodNotFound, message: 'an operator’s call answers no requests' };
      stream.write(`${method === 'ping' ? resultLine(idText, '{}') : errorLine(idText, refusal)}\n`);
    },
    large(parts, bytes) {
      const { head, tail } = endsOf(parts);
      const { id, isResponse } = readEnvelope(head, tail);
      if (isResponse && id === CALL_ID) answered(decodeParts(parts, bytes), bytes);
    },
    oversize() {},
  });
  stream.on('data', (chunk: Buffer) => reader.push(chunk));
}

/** Undefined when it is not JSON: what comes here is the servers' text, and nothing of it may end the engine. */
function parsed(text: string): unknown {
  try {
    return parseForeign(text);
  } catch {
    return undefined;
  }
}
