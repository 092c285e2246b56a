/** What stages cost a call: one router in this process for each list of them, on in-memory streams, taking turns. */
import { duplexPair, type Duplex } from 'node:stream';
import { systemClock } from '../src/kernel/clock.ts';
import { ulidIds } from '../src/kernel/ids.ts';
import { silentLogger } from '../src/kernel/log.ts';
import { createRouter, type CallStage, type RouterObserver } from '../src/mcp/index.ts';
import type { BenchResult } from './result.ts';

const ROUNDS = 81;
const CALLS = 4_800;
const WIDTH = 16;

const noop = (): void => {};
const observer: RouterObserver = {
  toolCall: noop,
  sessionBound: noop,
  sessionChanged: noop,
  sessionEnded: noop,
  upstreamLost: noop,
  invalidOutput: noop,
  toolsChanged: noop,
  nameConflict: noop,
  serverRequest: noop,
  demand: noop,
  leased: noop,
  retired: noop,
};

const nothing = (): undefined => undefined;

/** Looks at the call and lets it go on. */
const passing: CallStage = { id: 'passing', reads: 'head', before: nothing, ended: noop };
const looking: CallStage = { id: 'looking', reads: 'head', after: nothing };
const reading: CallStage = { id: 'reading', reads: 'body', after: nothing };

const lists: Readonly<Record<string, readonly CallStage[] | undefined>> = {
  none: undefined,
  'an empty list': [],
  'one that passes': [passing],
  'three that pass': [passing, passing, passing],
  'one that sees answers': [looking],
  'one that reads answers': [reading],
};

class Target {
  readonly #agent: Duplex;
  #wanted = 0;
  #done = noop;
  #next = 0;

  private constructor(agent: Duplex) {
    this.#agent = agent;
    agent.on('data', (chunk: Buffer) => this.#read(chunk));
  }

  static async open(calls: readonly CallStage[] | undefined): Promise<Target> {
    const given = calls === undefined ? {} : { stages: () => stages };
    const stages = { calls: calls ?? [] };
    const router = createRouter({
      clock: systemClock,
      ids: ulidIds(systemClock),
      logger: silentLogger,
      observer,
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
    router.agents.accept(agentSide, { project: 'default' });
    const target = new Target(agent);
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

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

export async function run(): Promise<readonly BenchResult[]> {
  const targets: { readonly name: string; readonly target: Target; readonly rounds: number[] }[] = [];
  for (const [name, calls] of Object.entries(lists))
    targets.push({ name, target: await Target.open(calls), rounds: [] });
  for (const { target } of targets) await target.round();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { target, rounds } of round % 2 === 0 ? targets : targets.toReversed())
      rounds.push(await target.round());
  }
  const none = targets[0]?.rounds ?? [];
  return targets.map(({ name, rounds }) => {
    // Rounds beside each other met the same machine.
    const ratio = median(rounds.map((value, index) => value / (none[index] ?? value)));
    const bar = name === 'an empty list' ? { bar: '<= 1.02x none', pass: ratio <= 1.02 } : {};
    return { name: `stages: ${name}, a call`, value: median(rounds), unit: 'us', ratio, baseline: 'none', ...bar };
  });
}
