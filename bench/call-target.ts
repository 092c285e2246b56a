/** A router in this process on in-memory streams, with an agent that calls a tool as fast as it is answered. */
import { duplexPair, type Duplex } from 'node:stream';
import { systemClock } from '../src/kernel/clock.ts';
import { ulidIds } from '../src/kernel/ids.ts';
import { silentLogger } from '../src/kernel/log.ts';
import { createRouter, type StagesOf } from '../src/mcp/index.ts';
import { noop, silentObserver } from './silent-observer.ts';
import type { SessionIdentity } from '../src/mcp/types/session.ts';

const CALLS = 4_800;
const WIDTH = 16;

export class CallTarget {
  readonly #agent: Duplex;
  #wanted = 0;
  #done = noop;
  #next = 0;

  private constructor(agent: Duplex) {
    this.#agent = agent;
    agent.on('data', (chunk: Buffer) => this.#read(chunk));
  }

  /** Without `stages` no stage is asked for. */
  static async open(stages?: StagesOf, identity: SessionIdentity = { project: 'default' }): Promise<CallTarget> {
    const given = stages === undefined ? {} : { stages };
    const router = createRouter({
      clock: systemClock,
      ids: ulidIds(systemClock),
      logger: silentLogger,
      observer: silentObserver,
      ...given,
    });
    router.servers.setServers([{ name: 'a', project: 'default', prefix: '' }]);
    const [ours, theirs] = duplexPair();
    answerAll(theirs);
    await router.servers.connect(
      { id: 'a-1', server: 'a' },
      { input: ours, output: ours },
      5_000,
      new AbortController().signal,
    );
    const [agentSide, agent] = duplexPair();
    router.agents.accept(agentSide, identity);
    const target = new CallTarget(agent);
    const clientInfo = { name: 'bench', version: '1' };
    await target.#exchange(line('initialize', 0, { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }), 1);
    agent.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
    await target.#exchange(line('tools/list', 0, {}), 1);
    return target;
  }

  /** Microseconds a call, `WIDTH` of them in flight. */
  async round(): Promise<number> {
    const startedMs = performance.now();
    for (let left = CALLS; left > 0; left -= WIDTH) {
      let text = '';
      for (let index = 0; index < WIDTH; index += 1) text += this.#call();
      await this.#exchange(text, WIDTH);
    }
    return ((performance.now() - startedMs) * 1_000) / CALLS;
  }

  #call(): string {
    this.#next += 1;
    return line('tools/call', this.#next, { name: 't', arguments: { path: '/x' } });
  }

  async #exchange(text: string, count: number): Promise<void> {
    this.#wanted = count;
    const done = new Promise<void>((resolve) => {
      this.#done = resolve;
    });
    this.#agent.write(text);
    await done;
  }

  #read(chunk: Buffer): void {
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) this.#wanted -= 1;
    if (this.#wanted <= 0) this.#done();
  }
}

function line(method: string, id: number, params: object): string {
  return `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;
}

function answerAll(stream: Duplex): void {
  stream.on('data', (chunk: Buffer) => {
    let out = '';
    for (const text of chunk.toString('utf8').split('\n')) {
      if (text === '') continue;
      const { id, method } = JSON.parse(text) as { id?: number; method: string };
      if (id === undefined) continue;
      const serverInfo = { name: 's', version: '1' };
      const info = { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo };
      const tools = [{ name: 't', inputSchema: { type: 'object' } }];
      const content = [{ type: 'text', text: 'an answer' }];
      const result = method === 'initialize' ? info : method === 'tools/list' ? { tools } : { content };
      out += `${JSON.stringify({ result, jsonrpc: '2.0', id })}\n`;
    }
    stream.write(out);
  });
}

/** Of rounds beside each other, which met the same machine. */
export function medianRatio(rounds: readonly number[], beside: readonly number[]): number {
  return median(rounds.map((value, index) => value / (beside[index] ?? value)));
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Rounds of each, taking turns. */
export async function inTurns(targets: readonly CallTarget[], count: number): Promise<readonly (readonly number[])[]> {
  const rounds = targets.map((): number[] => []);
  for (const target of targets) await target.round();
  for (let round = 0; round < count; round += 1) {
    const order = targets.map((_, index) => index);
    for (const index of round % 2 === 0 ? order : order.toReversed()) {
      const target = targets[index];
      if (target !== undefined) rounds[index]?.push(await target.round());
    }
  }
  return rounds;
}
