/**
 * Every way of leaving ends, whatever the terminal and the engine do: its terminal goes away at any moment, or takes nothing.
 * MCPTUI_ROUNDS=200 closes it at so many moments.
 */
import pty, { type IPty } from '@lydell/node-pty';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pause, until } from '../support/until.ts';
import { seededRandom } from '../support/builders/random.ts';
import { aHome, bin, contractServer, textEnv, type Home } from '../support/worlds/run-mcptui.ts';

const ROUNDS = Number(process.env.MCPTUI_ROUNDS ?? 6);
const KEY_GAP_MS = 200;
const TIMEOUT_MS = Math.max(60_000, ROUNDS * 20_000);

let tools: string;
let home: Home;
beforeAll(() => {
  tools = mkdtempSync(path.join(tmpdir(), 'mcptui-leaving-'));
  // The program replaces itself by the project's Node when it is started by an older one.
  writeFileSync(path.join(tools, 'old.cjs'), "Object.defineProperty(process.versions, 'node', { value: '20.0.0' });\n");
  writeFileSync(path.join(tools, 'editor'), '#!/bin/sh\necho editing\nexec sleep 600\n');
  chmodSync(path.join(tools, 'editor'), 0o755);
});
afterAll(() => rmSync(tools, { recursive: true, force: true }));

beforeEach(async () => {
  home = aHome({ MCPTUI_EDITOR: path.join(tools, 'editor'), TERM: 'xterm-256color' });
  await home.mcptui(['create', 'server', 'a', '--env', `OF=${home.folder}`, '--', process.execPath, contractServer]);
  await home.mcptui(['create', 'prompt', 'style', '--body', 'Be brief.']);
});
afterEach(async () => {
  for (const pid of ours()) process.kill(pid, 'SIGKILL');
  await home.close();
});

/** Processes of this home: the program, its servers, what it has become. */
function ours(): readonly number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const env = readFileSync(`/proc/${name}/environ`, 'latin1').split('\0');
      const isOurs = env.includes(`MCPTUI_HOME=${home.folder}`) || env.includes(`OF=${home.folder}`);
      return isOurs ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

const described = (): readonly string[] =>
  ours().flatMap((pid) => {
    try {
      return [readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')];
    } catch {
      return [];
    }
  });

const gone = (holds: () => boolean, what: string): Promise<void> =>
  until(holds, what, { everyMs: 20, now: () => described().join('; ') });

class Terminal {
  readonly child: IPty;
  seen = '';
  hasEnded = false;

  constructor(isOld: boolean) {
    const args = isOld ? ['-r', path.join(tools, 'old.cjs'), bin] : [bin];
    const { CI: _ci, ...env } = textEnv(home.env);
    this.child = pty.spawn(process.execPath, args, { cols: 100, rows: 30, env });
    this.child.onData((text) => (this.seen += text));
    this.child.onExit(() => (this.hasEnded = true));
  }

  async see(wanted: RegExp): Promise<void> {
    await gone(() => wanted.test(this.seen), `${String(wanted)} on the screen`);
  }

  /** After a person's pause: what comes faster is no answer to a question. */
  async press(key: string, wanted?: RegExp): Promise<void> {
    await pause(KEY_GAP_MS);
    this.seen = '';
    this.child.write(key);
    if (wanted !== undefined) await this.see(wanted);
    await pause(KEY_GAP_MS);
  }

  /** As when its window is closed, or the connection of its ssh breaks. */
  goAway(): void {
    (this.child as unknown as { _socket: { destroy(): void } })._socket.destroy();
  }

  /** It takes nothing any more, as after ctrl-s. */
  freeze(): void {
    (this.child as unknown as { _socket: { pause(): void } })._socket.pause();
  }
}

type Moment = 'start' | 'list' | 'question' | 'stopping' | 'editor';
const moments: readonly Moment[] = ['start', 'list', 'question', 'question', 'stopping', 'editor'];

async function bringTo(terminal: Terminal, moment: Moment): Promise<void> {
  if (moment === 'start') return;
  await terminal.see(/healthy/);
  if (moment === 'list') return;
  if (moment === 'editor') {
    await terminal.press('2', /style/);
    return terminal.press('e', /editing/);
  }
  await terminal.press('q', /hand/i);
  if (moment === 'stopping') await terminal.press('s');
}

describe.each([
  ['mcptui', false],
  ['mcptui that an older Node has started', true],
])('%s', (_how, isOld) => {
  it(
    'ends with its servers when its terminal goes away, whatever it is doing',
    async () => {
      const random = seededRandom(isOld ? 2 : 1);
      for (let round = 0; round < ROUNDS; round += 1) {
        const moment = moments[round % moments.length] ?? 'question';
        const terminal = new Terminal(isOld);
        await bringTo(terminal, moment);
        await pause(random.below(moment === 'start' ? 700 : 50));
        terminal.goAway();
        await gone(() => ours().length === 0, `gone after its terminal went away (${moment}, round ${round})`);
        expect(ours()).toEqual([]);
      }
    },
    TIMEOUT_MS,
  );

  it('ends on TERM in front of a terminal that takes nothing, which does not fill its memory', async () => {
    const terminal = new Terminal(isOld);
    await terminal.see(/healthy/);
    terminal.freeze();
    for (let count = 0; count < 200; count += 1) {
      terminal.child.resize(90 + (count % 20), 30);
      await pause(5);
    }
    terminal.child.kill('SIGTERM');
    await gone(() => ours().length === 0, 'gone after TERM');
    expect(ours()).toEqual([]);
    terminal.goAway();
  });

  it('ends on q and s with a server that ends neither at EOF nor on TERM, and leaves nothing running', async () => {
    const stubborn = ['--env', 'SERVE_STUBBORN=1', '--env', `OF=${home.folder}`];
    await home.mcptui(['create', 'server', 'b', ...stubborn, '--', process.execPath, contractServer]);
    const terminal = new Terminal(isOld);
    await terminal.see(/healthy[^]*healthy/);
    await terminal.press('q', /hand/i);
    await terminal.press('s');
    await gone(() => ours().length === 0, 'gone after q and s');
    await gone(() => terminal.hasEnded, 'ended');
    expect(ours()).toEqual([]);
  });

  it('hands over when its terminal goes away right after that answer', async () => {
    const terminal = new Terminal(isOld);
    await bringTo(terminal, 'question');
    terminal.child.write('h');
    await pause(20);
    terminal.goAway();
    await gone(
      () => described().some((line) => line.includes('--daemon')) || ours().length === 0,
      'handed over or gone',
    );
    const consoles = (): readonly string[] => described().filter((line) => line.trim().endsWith('bin/mcptui.js'));
    await gone(() => consoles().length === 0, 'the console gone');
    expect(consoles()).toEqual([]);
  });
});
