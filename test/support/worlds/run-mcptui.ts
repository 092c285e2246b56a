/** The built program as users run it, on a data folder of its own. */
import { until } from '../until.ts';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const bin = fileURLToPath(new URL('../../../bin/mcptui.js', import.meta.url));
export const contractServer = fileURLToPath(new URL('../../fixtures/contract-server.mjs', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Daemon {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly socket: string;
  /** With `--listen`. */
  readonly http: string | undefined;
  readonly ended: Promise<Finished>;
  /** TERM, then its end. */
  stop(): Promise<Finished>;
}

export interface Home {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs a verb to its end. */
  mcptui(
    args: readonly string[],
    options?: { readonly input?: string; readonly env?: NodeJS.ProcessEnv },
  ): Promise<Finished>;
  /** The JSON that a verb prints. */
  json<T>(args: readonly string[]): Promise<T>;
  /** The running engine, as `info` tells it. */
  engine(): Promise<{ readonly pid: number; readonly hosting: string }>;
  /** Starts `--daemon` and waits for its ready line. */
  daemon(env?: NodeJS.ProcessEnv, ...args: string[]): Promise<Daemon>;
  /** Waits until so many instances are healthy. */
  healthy(count: number): Promise<void>;
  /** Ends every daemon that it started and removes the folder. */
  close(): Promise<void>;
}

/** `script` is the program's entry, by default this checkout's. */
export function aHome(env: NodeJS.ProcessEnv = {}, script: string = bin): Home {
  const folder = mkdtempSync(path.join(tmpdir(), 'mcptui-home-'));
  const { VITEST: _v, NODE_ENV: _n, ...inherited } = process.env;
  const base: NodeJS.ProcessEnv = { ...inherited, MCPTUI_HOME: folder, ...env };
  const daemons: Daemon[] = [];

  const home: Home = {
    folder,
    env: base,
    mcptui: (args, options = {}) =>
      finished(spawn(process.execPath, [script, ...args], { env: { ...base, ...options.env } }), options.input),
    async json<T>(args: readonly string[]): Promise<T> {
      const { stdout, stderr, code } = await home.mcptui([...args, '-o', 'json']);
      if (code !== 0) throw new Error(`mcptui ${args.join(' ')} exited ${code}: ${stderr}`);
      return JSON.parse(stdout) as T;
    },
    async engine() {
      const { engine } = await home.json<{ engine: string }>(['info']);
      const [, hosting, pid] = /^(\w+), pid (\d+)/.exec(engine) ?? [];
      return { hosting: hosting ?? engine, pid: Number(pid ?? 0) };
    },
    async daemon(more = {}, ...args) {
      const child = spawn(process.execPath, [script, '--daemon', ...args], { env: { ...base, ...more } });
      const ended = finished(child);
      const [socket, http] = await new Promise<[string, string | undefined]>((resolve, reject) => {
        createInterface({ input: child.stdout }).on('line', (line) => {
          const [, found, address] = /^mcptui: ready socket=(\S+)(?: http=(\S+))?$/.exec(line) ?? [];
          if (found !== undefined) resolve([found, address]);
        });
        void ended.then(({ code, stderr }) => reject(new Error(`the daemon exited ${code}: ${stderr}`)));
      });
      const daemon: Daemon = {
        child,
        pid: child.pid ?? 0,
        socket,
        http,
        ended,
        stop: () => {
          child.kill('SIGTERM');
          return ended;
        },
      };
      daemons.push(daemon);
      return daemon;
    },
    async healthy(count) {
      let rows: readonly { readonly health: string }[] = [];
      const areHealthy = async (): Promise<boolean> => {
        rows = await home.json<typeof rows>(['get', 'instances']);
        return rows.filter(({ health }) => health === 'healthy').length >= count;
      };
      await until(areHealthy, `${count} healthy`, { everyMs: 100, now: () => JSON.stringify(rows) });
    },
    async close() {
      for (const daemon of daemons) await daemon.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return home;
}

function finished(child: ChildProcess, input?: string): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin?.on('error', () => undefined);
  if (input !== undefined) child.stdin?.end(input);
  return new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** An environment without holes, as a pseudo-terminal wants it. */
export function textEnv(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
