/** A gated project with 300 tools, whose schemas are those of real servers, and 80 prompts: what a session is told, and how soon. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { agentsSocket } from '../src/kernel/paths.ts';
import { tokensOf } from '../src/kernel/tokens.ts';
import { aHome, type Home } from '../test/support/worlds/run-mcptui.ts';
import type { BenchResult } from './result.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const listing = path.join(root, 'test/fixtures/listing-server.mjs');
const server = (name: string): string =>
  path.join(root, `node_modules/@modelcontextprotocol/server-${name}/dist/index.js`);

const TOOLS = 300;
const SERVERS = 8;
const PROMPTS = 80;
const SESSIONS = 101;

interface Tool {
  readonly name: string;
}

interface Agent {
  request(method: string, params: object): Promise<{ readonly text: string; readonly ms: number }>;
  end(): void;
}

/** JSON-RPC on lines, and how long each answer took. */
function agentOn(input: NodeJS.ReadableStream, output: NodeJS.WritableStream, end: () => void): Agent {
  const waiting = new Map<number, (text: string) => void>();
  let next = 0;
  createInterface({ input }).on('line', (line) => {
    const { id } = JSON.parse(line) as { readonly id?: number };
    if (id !== undefined) waiting.get(id)?.(line);
  });
  return {
    end,
    async request(method, params) {
      const id = ++next;
      const line = `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;
      const startedAt = performance.now();
      const text = await new Promise<string>((resolve) => {
        waiting.set(id, resolve);
        output.write(line);
      });
      return { text, ms: performance.now() - startedAt };
    },
  };
}

async function introduced(agent: Agent): Promise<string> {
  const clientInfo = { name: 'bench', version: '1' };
  const { text } = await agent.request('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
  return text;
}

/** Of servers from npm, under names of their own until there are enough. */
async function realTools(folder: string): Promise<readonly Tool[]> {
  const tools: Tool[] = [];
  for (const [name, ...args] of [['everything'], ['filesystem', folder], ['memory']] as const) {
    const child = spawn(process.execPath, [server(name), ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
    const agent = agentOn(child.stdout, child.stdin, () => void child.kill());
    await introduced(agent);
    const { text } = await agent.request('tools/list', {});
    tools.push(...(JSON.parse(text) as { readonly result: { readonly tools: readonly Tool[] } }).result.tools);
    agent.end();
  }
  return Array.from({ length: TOOLS }, (_, at) => {
    const tool = tools[at % tools.length] as Tool;
    return at < tools.length ? tool : { ...tool, name: `${tool.name}_${Math.floor(at / tools.length)}` };
  });
}

/** On the agents' socket, as the proxy opens it. */
function agentOf(socketPath: string, project: string): Promise<Agent> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(agentsSocket(socketPath));
    socket.once('error', reject);
    socket.once('data', () => resolve(agentOn(socket, socket, () => void socket.destroy())));
    const head = 'Host: mcptui\r\nConnection: Upgrade\r\nUpgrade: mcptui-stdio\r\n\r\n';
    socket.write(`GET /mcp-stdio?project=${project} HTTP/1.1\r\n${head}`);
  });
}

const topics = ['deploy', 'rollback', 'review', 'release', 'incident', 'backup', 'files', 'graph', 'search', 'naming'];

async function fill(home: Home): Promise<void> {
  const verb = async (...args: readonly string[]): Promise<void> => {
    const { code, stderr } = await home.mcptui(args);
    if (code !== 0) throw new Error(`mcptui ${args.join(' ')}: ${stderr}`);
  };
  const tools = await realTools(home.folder);
  for (const project of ['open', 'gated']) {
    await verb('create', 'project', project, ...(project === 'gated' ? ['--gated', '--tools', 'selected'] : []));
    for (let at = 0; at < SERVERS; at += 1) {
      const file = path.join(home.folder, `tools-${at}.json`);
      const size = Math.ceil(TOOLS / SERVERS);
      writeFileSync(file, JSON.stringify(tools.slice(at * size, (at + 1) * size)));
      await verb(
        'create',
        'server',
        `${project}-${at}`,
        '-p',
        project,
        '--isolation',
        'shared',
        '--',
        process.execPath,
        listing,
        file,
      );
    }
    for (let at = 0; at < PROMPTS; at += 1) {
      const topic = topics[at % topics.length] ?? '';
      const body = `# ${topic} ${at}\n\n${`Rules for ${topic}, number ${at}: read all of it before you begin. `.repeat(12)}\n`;
      await verb('create', 'prompt', `${topic}-${at}`, '-p', project, '--body', body, '--tag', topic);
    }
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

export async function run(): Promise<readonly BenchResult[]> {
  const home = aHome();
  try {
    await fill(home);
    const { socket } = await home.daemon();
    await home.healthy(2 * SERVERS);
    const first = async (project: string): Promise<number> => {
      const agent = await agentOf(socket, project);
      const told = await introduced(agent);
      const lists = ['tools/list', 'prompts/list'].map(async (method) => (await agent.request(method, {})).text);
      const tokens = tokensOf(told) + (await Promise.all(lists)).reduce((sum, text) => sum + tokensOf(text), 0);
      agent.end();
      return tokens;
    };
    const [all, gated] = [await first('open'), await first('gated')];
    const begins: number[] = [];
    const pings: number[] = [];
    for (let at = 0; at < SESSIONS; at += 1) {
      const agent = await agentOf(socket, 'gated');
      await introduced(agent);
      pings.push((await agent.request('ping', {})).ms);
      const call = { name: 'begin_session', arguments: { tags: [topics[at % topics.length], 'search'] } };
      begins.push((await agent.request('tools/call', call)).ms);
      agent.end();
    }
    const p50 = median(begins);
    return [
      { name: 'first lists and instructions, all of it', value: all, unit: 'tokens' },
      {
        name: 'the same, gated',
        value: gated,
        unit: 'tokens',
        baseline: 'of all of it',
        ratio: gated / all,
      },
      {
        name: `begin_session by tags, ${TOOLS} tools and ${PROMPTS} prompts, p50`,
        value: p50,
        unit: 'ms',
        bar: '<= 5 ms',
        baseline: 'a ping',
        ratio: p50 / median(pings),
        pass: p50 <= 5,
      },
    ];
  } finally {
    await home.close();
  }
}
