/** A Docker engine of the test's own, which it may stop, kill and start again. Needs root and dockerd. */
import { until } from '../until.ts';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TEST_IMAGE } from './docker.ts';

export interface DockerEngine {
  readonly host: string;
  readonly socketPath: string;
  docker(...args: string[]): string;
  signal(name: NodeJS.Signals): void;
  start(): Promise<void>;
  /** TERM, then its end; containers go with it. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export async function aDockerEngine(): Promise<DockerEngine> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mcptui-dockerd-'));
  const socketPath = path.join(folder, 'docker.sock');
  const host = `unix://${socketPath}`;
  let child: ChildProcess | undefined;

  const engine: DockerEngine = {
    host,
    socketPath,
    docker: (...args) =>
      execFileSync('docker', ['--host', host, ...args], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 60_000,
      }),
    signal: (name) => void child?.kill(name),
    async start() {
      const args = ['--host', host, '--data-root', path.join(folder, 'data'), '--exec-root', path.join(folder, 'exec')];
      args.push(
        '--pidfile',
        path.join(folder, 'pid'),
        '--iptables=false',
        '--ip6tables=false',
        '--bridge=none',
        '--storage-driver=overlay2',
      );
      child = spawn('dockerd', args, { stdio: ['ignore', 'ignore', 'pipe'] });
      let log = '';
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        log = (log + text).slice(-4_000);
      });
      const starting = child;
      const isOver = (): boolean => starting.exitCode !== null || (existsSync(socketPath) && answers(engine));
      await until(isOver, 'dockerd answers', { everyMs: 100, now: () => log });
      if (starting.exitCode !== null) throw new Error(`dockerd did not start: ${log}`);
    },
    async stop() {
      const stopping = child;
      if (stopping === undefined || stopping.exitCode !== null) return;
      const ended = new Promise((resolve) => stopping.once('exit', resolve));
      stopping.kill('SIGCONT');
      stopping.kill('SIGTERM');
      await ended;
    },
    async close() {
      await engine.stop();
      // Shims of a killed engine may still hold mounts for a moment.
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
    },
  };
  await engine.start();
  const saved = execFileSync('docker', ['save', TEST_IMAGE], { maxBuffer: 1024 * 1024 * 1024 });
  execFileSync('docker', ['--host', host, 'load'], { input: saved, stdio: ['pipe', 'ignore', 'pipe'] });
  return engine;
}

function answers(engine: DockerEngine): boolean {
  try {
    engine.docker('version');
    return true;
  } catch {
    return false;
  }
}
