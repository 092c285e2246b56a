/** Agents that send what they should not, on the agents' socket; what they send well is answered once each. */
import type { Socket } from 'node:net';
import { agentsSocket } from '../../src/kernel/paths.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { linkEngine } from '../../src/mcp/proxy/link.ts';
import type { Random } from '../support/builders/random.ts';
import { broken, jsonFrom, textFrom } from './values.ts';

/** Well-formed requests of one agent, and how many answers each had. */
export interface Ledger {
  readonly name: string;
  readonly answers: Map<string, number>;
  /** Those without an answer, as they were sent. */
  readonly open: Map<string, string>;
  /** The session was ended by the engine: what was open then has no answer. */
  isEnded: boolean;
  close(): void;
}

const MODERN = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'fuzz', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

const methods = [
  'ping',
  'tools/list',
  'tools/call',
  'prompts/list',
  'prompts/get',
  'resources/list',
  'resources/read',
  'resources/templates/list',
  'resources/subscribe',
  'completion/complete',
  'logging/setLevel',
  'tasks/get',
  'tasks/list',
] as const;

/** Connects and sends lines until `signal` aborts, `perSecond` at most. */
export async function hostileAgent(options: {
  readonly name: string;
  readonly socket: string;
  readonly random: Random;
  readonly signal: AbortSignal;
}): Promise<Ledger> {
  const { name, random, signal } = options;
  const outcome = await linkEngine(agentsSocket(options.socket), { project: 'default' }, systemClock);
  if (outcome.kind !== 'linked') throw new Error(`${name} was not let in: ${JSON.stringify(outcome)}`);
  const { socket } = outcome;
  const ledger: Ledger = {
    name,
    answers: new Map(),
    open: new Map(),
    isEnded: false,
    close: () => void socket.destroy(),
  };
  read(socket, outcome.rest, ledger);
  const isModern = random.below(3) === 0;
  let count = 0;
  const request = (method: string, params: string): string => {
    count += 1;
    const id = `${name}-${count}`;
    return `{"jsonrpc":"2.0","id":"${id}","method":${JSON.stringify(method)},"params":${params}}`;
  };
  const good = (line: string): void => {
    const id = /"id":"([^"]*)"/.exec(line)?.[1] ?? '';
    ledger.answers.set(id, 0);
    ledger.open.set(id, line.slice(0, 300));
    socket.write(`${line}\n`);
  };
  const version = random.pick(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25']);
  const capabilities = random.below(2) === 0 ? '{"sampling":{},"elicitation":{},"roots":{}}' : '{}';
  if (!isModern)
    good(
      request(
        'initialize',
        `{"protocolVersion":"${version}","capabilities":${capabilities},"clientInfo":{"name":${JSON.stringify(textFrom(random).slice(0, 50))},"version":"1"}}`,
      ),
    );
  const send = (): void => {
    const method = random.pick(methods);
    const name_ = random.pick(['hostile-0__t0', 'hostile-1__t1', 'remote-0__t0', 'good__echo', textFrom(random)]);
    const meta = isModern ? `,"_meta":${JSON.stringify(MODERN)}` : '';
    const params = `{"name":${JSON.stringify(name_)},"uri":${JSON.stringify(random.pick(['file:///a', 'x://y', textFrom(random)]))},"level":"debug","arguments":${random.below(2) === 0 ? '{"text":"hi"}' : '{}'}${meta}}`;
    const line = request(method, params);
    if (random.below(3) > 0) return good(line);
    const odd =
      random.below(4) === 0
        ? `[${line},${broken(random, line)}]`
        : broken(random, line.replace(/"params":.*/s, `"params":${jsonFrom(random)}}`));
    socket.write(`${odd.replaceAll('\n', ' ')}\n`);
  };
  const loop = async (): Promise<void> => {
    while (!signal.aborted && !ledger.isEnded) {
      for (let burst = random.below(12); burst > 0; burst -= 1) send();
      if (random.below(30) === 0)
        socket.write(
          `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${jsonFrom(random, 0)}}}\n`,
        );
      await new Promise((resolve) => setTimeout(resolve, 5 + random.below(40)));
    }
  };
  void loop();
  return ledger;
}

function read(socket: Socket, rest: Buffer, ledger: Ledger): void {
  let pieces: Buffer[] = [];
  const take = (chunk: Buffer): void => {
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      pieces.push(chunk.subarray(from, at));
      from = at + 1;
      answered(Buffer.concat(pieces), ledger);
      pieces = [];
    }
    if (from < chunk.length) pieces.push(chunk.subarray(from));
  };
  socket.on('data', take).resume();
  if (rest.length > 0) take(rest);
  socket.on('error', () => undefined);
  socket.once('close', () => {
    ledger.isEnded = true;
  });
}

/** Every line that an agent gets is one JSON-RPC message, or an array of them. */
function answered(line: Buffer, ledger: Ledger): void {
  const text = line.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${ledger.name} got a line that is no JSON: ${text.slice(0, 300)}`);
  }
  for (const message of Array.isArray(value) ? value : [value]) {
    const { id, method } = message as { id?: unknown; method?: unknown };
    if (method !== undefined || typeof id !== 'string' || !ledger.answers.has(id)) continue;
    ledger.answers.set(id, (ledger.answers.get(id) ?? 0) + 1);
    ledger.open.delete(id);
  }
}
