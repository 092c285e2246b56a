/** One round: a real daemon with hostile servers, agents and operators for some seconds; what was wrong afterwards. */
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/kernel/clock.ts';
import { agentsSocket } from '../../src/kernel/paths.ts';
import { linkEngine } from '../../src/mcp/proxy/link.ts';
import { seededRandom } from '../support/builders/random.ts';
import { aHome, type Home } from '../support/worlds/run-mcptui.ts';
import { hostileAgent, type Ledger } from './agents.ts';
import { rawRequest } from './http.ts';
import { checkVerbs, filesWithSecret, openFiles, residentMib } from './oracle.ts';
import { randomCommand, watchFeed } from './operator.ts';
import { hostileRemote, type HostileRemote } from './remote.ts';
import { CANARY } from './values.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

const SERVERS = 3;
const AGENTS = 4;
/** Of a clean request. */
const DEADLINE_MS = 15_000;
/** Of what is still open when a round has ended: it waits in order behind 64 others, some of which end at their limit only. */
const OPEN_DEADLINE_MS = 60_000;
const MAX_MIB = 450;
const MAX_FILES = 220;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function addServers(home: Home, seed: number, remotes: readonly HostileRemote[]): Promise<void> {
  const limits = ['--call-idle', '2s', '--call-timeout', '4s', '--start-timeout', '5s'];
  const create = async (...args: string[]): Promise<void> => {
    const { code, stderr } = await home.mcptui(['create', 'server', ...args]);
    if (code !== 0) throw new Error(`create server ${args[0]} ended with ${code}: ${stderr}`);
  };
  await create('good', '--isolation', 'shared', '--', process.execPath, path('../fixtures/echo-server.ts'), '2');
  for (let index = 0; index < SERVERS; index += 1) {
    const isolation = index === 0 ? 'shared' : 'session';
    const command = [process.execPath, path('./server.ts'), String(seed * 100 + index)];
    await create(
      `hostile-${index}`,
      ...limits,
      '--isolation',
      isolation,
      '--env',
      'CANARY=secret:env/CANARY',
      '--',
      ...command,
    );
  }
  for (const [index, { url }] of remotes.entries())
    await create(`remote-${index}`, ...limits, '--allow-private', '--url', url);
}

/** A well-behaved agent beside it all: its worst wait, in milliseconds. */
async function cleanAgent(socket: string, signal: AbortSignal): Promise<{ readonly worstMs: () => number }> {
  const outcome = await linkEngine(agentsSocket(socket), { project: 'default' }, systemClock);
  if (outcome.kind !== 'linked') throw new Error('the clean agent was not let in');
  const { socket: stream } = outcome;
  const waiting = new Map<number, () => void>();
  let text = '';
  stream.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) waiting.get(Number((JSON.parse(line) as { id?: unknown }).id))?.();
  });
  stream.on('error', () => undefined).resume();
  let id = 0;
  let worst = 0;
  const ask = async (method: string, params: object): Promise<void> => {
    id += 1;
    const own = id;
    const startMs = performance.now();
    const tick = setInterval(() => (worst = Math.max(worst, performance.now() - startMs)), 500);
    await new Promise<void>((resolve) => {
      waiting.set(own, resolve);
      stream.once('close', () => resolve());
      stream.write(`${JSON.stringify({ jsonrpc: '2.0', id: own, method, params })}\n`);
    });
    clearInterval(tick);
    waiting.delete(own);
    worst = Math.max(worst, performance.now() - startMs);
  };
  await ask('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'clean', version: '1' },
  });
  stream.setMaxListeners(0);
  void (async () => {
    while (!signal.aborted) {
      await ask('ping', {});
      await ask('tools/call', { name: 'good__echo', arguments: { text: 'x' } });
      await sleep(20);
    }
    stream.destroy();
  })();
  return { worstMs: () => worst };
}

/** A round that takes longer than this has an engine that answers nobody. */
const MAX_ROUND_MS = 120_000;

/** @returns what was wrong; nothing when all held */
export async function fuzzRound(seed: number, ms: number): Promise<string[]> {
  const running: { pid?: number } = {};
  const tooLong = sleep(ms + MAX_ROUND_MS).then(() => {
    if (running.pid !== undefined) process.kill(running.pid, 'SIGKILL');
    return [`the round took ${(ms + MAX_ROUND_MS) / 1_000} s: the engine does not answer`];
  });
  return Promise.race([tooLong, rounded(seed, ms, running)]);
}

async function rounded(seed: number, ms: number, running: { pid?: number }): Promise<string[]> {
  const random = seededRandom(seed);
  const problems: string[] = [];
  const home = aHome({ CANARY, MCPTUI_NO_UPDATE_CHECK: '1' });
  const remotes = [await hostileRemote(seededRandom(seed + 7)), await hostileRemote(seededRandom(seed + 8))];
  const stop = new AbortController();
  const ledgers: Ledger[] = [];
  try {
    await addServers(home, seed, remotes);
    const daemon = await home.daemon({}, '--listen=127.0.0.1:0');
    const engine = { isGone: false };
    running.pid = daemon.pid;
    void daemon.ended.then(() => (engine.isGone = true));
    const token = (await home.mcptui(['create', 'token', 'fuzz'])).stdout.trim();
    const port = Number(/:(\d+)$/.exec(daemon.http ?? '')?.[1] ?? 0);
    const feed = await watchFeed(daemon.socket);
    const clean = await cleanAgent(daemon.socket, stop.signal);
    await sleep(500);
    const filesBefore = openFiles(daemon.pid);
    const untilMs = performance.now() + ms;
    for (let index = 0; index < AGENTS; index += 1) {
      ledgers.push(
        await hostileAgent({
          name: `f${index}`,
          socket: daemon.socket,
          random: seededRandom(seed * 10 + index),
          signal: stop.signal,
        }),
      );
    }
    const going = (): boolean => performance.now() < untilMs && !engine.isGone;
    const others = [
      (async () => {
        while (going()) await rawRequest(random, port, token);
      })(),
      (async () => {
        while (going()) {
          const failure = await Promise.race([randomCommand(random, daemon.socket), sleep(2_000)]);
          if (typeof failure === 'string' && !engine.isGone) problems.push(failure);
          await sleep(10);
        }
      })(),
    ];
    let peakMib = 0;
    while (going()) {
      await sleep(250);
      if (!engine.isGone) peakMib = Math.max(peakMib, residentMib(daemon.pid));
    }
    stop.abort();
    await Promise.all(others);
    const open = (): string[] => ledgers.flatMap((one) => (one.isEnded ? [] : [...one.open.values()]));
    for (
      const endMs = performance.now() + OPEN_DEADLINE_MS;
      performance.now() < endMs && open().length > 0 && !engine.isGone;
    )
      await sleep(200);
    if (engine.isGone) {
      const { code, stderr } = await daemon.ended;
      return [...problems, `the engine ended with ${code}: ${stderr.slice(-2_000)}`];
    }
    if (open().length > 0)
      problems.push(
        `${open().length} requests without an answer: ${open().slice(0, 3).join(' ')}\n${(await home.mcptui(['get', 'sessions'])).stdout}${(await home.mcptui(['get', 'instances', '-o', 'wide'])).stdout}`,
      );
    for (const { answers } of ledgers)
      for (const [id, count] of answers) if (count > 1) problems.push(`request ${id} was answered ${count} times`);
    if (clean.worstMs() > DEADLINE_MS) problems.push(`a clean request waited ${Math.round(clean.worstMs())} ms`);
    if (feed.lost() > 0) problems.push(`the console's feed was lost ${feed.lost()} times`);
    if (peakMib > MAX_MIB) problems.push(`the engine held ${Math.round(peakMib)} MiB`);
    problems.push(...(await checkVerbs(home)));
    for (const ledger of ledgers) ledger.close();
    await feed.close();
    await sleep(1_000);
    const files = openFiles(daemon.pid);
    if (files > filesBefore + MAX_FILES) problems.push(`${files} files are open, ${filesBefore} before`);
    const bugs = (await home.mcptui(['get', 'audit', '--kind', 'bug', '-o', 'jsonl'])).stdout.trim();
    if (bugs !== '') problems.push(`bugs: ${bugs.split('\n').slice(0, 5).join('\n').slice(0, 2_000)}`);
    const { code, signal, stderr } = await daemon.stop();
    if (code !== 0) problems.push(`the daemon stopped with ${code ?? signal}: ${stderr.slice(-500)}`);
    const verified = await home.mcptui(['audit', 'verify']);
    if (verified.code !== 0) problems.push(`audit verify: ${verified.stdout}${verified.stderr}`);
    const told = filesWithSecret(home.folder);
    if (told.length > 0) problems.push(`the secret is in ${told.join(', ')}`);
    const again = await home.daemon();
    const { code: end } = await again.stop();
    if (end !== 0) problems.push(`the daemon on the same folder ended with ${end}`);
    return problems;
  } finally {
    stop.abort();
    for (const ledger of ledgers) ledger.close();
    await home.close();
    for (const remote of remotes) await remote.close();
  }
}
