/** Removes the containers of commands that are `docker run` or `podman run`: the end of such a client leaves its container running. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { settlesWithin, sleep, type Clock } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/log.ts';
import { killGroup } from './process-tree.ts';

/** Of all containers that commands of one data folder have started; the second label tells which start. */
const FOLDER_LABEL = 'io.mcptui.command';
const START_LABEL = 'io.mcptui.command.start';

const CLIENTS = new Set(['docker', 'podman', 'nerdctl']);
/** Options before the subcommand that take the next word; others are taken for switches. */
const VALUED = new Set([
  '-c',
  '--context',
  '--config',
  '-H',
  '--host',
  '-l',
  '--log-level',
  '--tlscacert',
  '--tlscert',
  '--tlskey',
  '--connection',
  '--url',
  '--identity',
  '--root',
  '--runroot',
  '--storage-driver',
  '-n',
  '--namespace',
  '-a',
  '--address',
]);
/** What says which container engine the client talks to. */
const PLACING = ['DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG', 'CONTAINER_HOST', 'CONTAINER_CONNECTION'] as const;

/** A client that hangs (its engine does not answer) is given up. */
const LIST_MS = 2_000;
const REMOVE_MS = 3_000;
const AGAIN_MS = 100;
/** Longer than this nothing here takes. */
export const REMOVED_MS = LIST_MS + 2 * REMOVE_MS;
const MAX_CLIENTS = 16;

type Env = Readonly<Record<string, string>>;

/** Where `run` stands in a command that starts a container; -1 in any other. */
export function runAt(argv: readonly string[]): number {
  const [file = ''] = argv;
  if (!CLIENTS.has(path.basename(file))) return -1;
  for (let at = 1; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (word === 'run') return at;
    if (word.startsWith('-')) at += VALUED.has(word) ? 1 : 0;
    else if (word !== 'container') return -1;
  }
  return -1;
}

/** Starts containers in a way that is not seen through: by a shell, by sudo, by compose. */
export function hidesContainers(argv: readonly string[]): boolean {
  if (runAt(argv) !== -1) return false;
  const words = argv.flatMap((word) => word.slice(0, 2_000).split(/[\s;|&()]+/));
  return words.some((word, at) => CLIENTS.has(path.basename(word)) && words.indexOf('run', at) !== -1);
}

/** How a container engine is asked by its client. */
interface Client {
  /** Program and options before the subcommand. */
  readonly argv: readonly string[];
  /** Of `PLACING`. */
  readonly env: Env;
}

export interface ContainerCommand {
  /** What to run: the containers carry labels. */
  readonly argv: readonly string[];
  /** Removes what it has started; what could not be removed, for people. Never rejects, ends within seconds. */
  remove(): Promise<string | undefined>;
}

export interface CommandContainersOptions {
  readonly folderId: string;
  /** Keeps which clients were used, for the engine after this one. */
  readonly dataDir: string;
  /** The engine's own environment; a client gets the same part of it as a server. */
  readonly env: Env;
  readonly logger: Logger;
  readonly clock: Clock;
}

export class CommandContainers {
  readonly #o: CommandContainersOptions;
  readonly #file: string;
  #clients: readonly Client[] = [];

  constructor(options: CommandContainersOptions) {
    this.#o = options;
    this.#file = path.join(options.dataDir, 'command-clients.json');
  }

  /** Undefined for a command that starts no container. `start` names this start of this instance. */
  command(argv: readonly string[], start: string, env: Env): ContainerCommand | undefined {
    const at = runAt(argv);
    if (at === -1) return undefined;
    const before = argv.slice(0, at);
    const client: Client = { argv: before.at(-1) === 'container' ? before.slice(0, -1) : before, env: placing(env) };
    this.#note(client);
    const labels = ['--label', `${FOLDER_LABEL}=${this.#o.folderId}`, '--label', `${START_LABEL}=${start}`];
    return {
      argv: [...argv.slice(0, at + 1), ...labels, ...argv.slice(at + 1)],
      remove: () => this.#remove(client, `${START_LABEL}=${start}`),
    };
  }

  /** Before anything is started: what an engine that was killed has left. */
  async reap(): Promise<void> {
    const left = await Promise.all(
      kept(this.#file).map((one) => this.#remove(one, `${FOLDER_LABEL}=${this.#o.folderId}`)),
    );
    for (const reason of left)
      if (reason !== undefined) this.#o.logger.warn({ reason }, 'containers of commands are left');
    if (left.every((reason) => reason === undefined)) this.close();
  }

  /** All that was started has ended. */
  close(): void {
    this.#clients = [];
    rmSync(this.#file, { force: true });
  }

  #note(client: Client): void {
    const known = JSON.stringify(client);
    if (this.#clients.some((one) => JSON.stringify(one) === known)) return;
    this.#clients = [...this.#clients, client].slice(-MAX_CLIENTS);
    try {
      mkdirSync(path.dirname(this.#file), { recursive: true, mode: 0o700 });
      writeFileSync(this.#file, JSON.stringify(this.#clients), { mode: 0o600 });
    } catch (error) {
      // A full disk: only an engine that is killed leaves something then.
      this.#o.logger.warn({ error: messageOf(error) }, 'clients of container engines could not be noted');
    }
  }

  async #remove(client: Client, label: string): Promise<string | undefined> {
    const { clock } = this.#o;
    const untilMs = clock.monotonicMs() + REMOVE_MS;
    for (;;) {
      const listed = await this.#run(client, LIST_MS, ['ps', '-aq', '--no-trunc', '--filter', `label=${label}`]);
      const ids = listed.stdout.split('\n').filter((id) => /^[0-9a-f]{12,64}$/.test(id));
      if (listed.ok && ids.length === 0) return undefined;
      const removed = ids.length === 0 ? listed : await this.#run(client, REMOVE_MS, ['rm', '-f', ...ids]);
      if (removed.ok) return undefined;
      // The engine removes by itself what was run with --rm, and refuses to do so twice.
      if (ids.length === 0 || clock.monotonicMs() > untilMs) {
        const what = ids.length === 0 ? 'its containers' : `container ${ids.map((id) => id.slice(0, 12)).join(', ')}`;
        return `${what} may be left: ${client.argv[0] ?? ''} ${removed.reason}`;
      }
      await sleep(clock, AGAIN_MS);
    }
  }

  async #run(
    client: Client,
    ms: number,
    args: readonly string[],
  ): Promise<{ ok: boolean; stdout: string; reason: string }> {
    const [file = '', ...options] = client.argv;
    try {
      const { execa } = await import('execa');
      const subprocess = execa(file, [...options, ...args], {
        env: { ...this.#o.env, ...client.env },
        extendEnv: false,
        cwd: this.#o.dataDir,
        stdin: 'ignore',
        detached: true,
        cleanup: false,
        maxBuffer: 1024 * 1024,
        reject: false,
      });
      // A promise of execa waits for pipes, which what a client has started may hold.
      if (!(await settlesWithin(this.#o.clock, ms, subprocess))) {
        if (subprocess.pid !== undefined) killGroup(subprocess.pid, 'SIGKILL');
        return { ok: false, stdout: '', reason: 'does not answer' };
      }
      const { exitCode, stdout, stderr } = await subprocess;
      return { ok: exitCode === 0, stdout, reason: `failed: ${stderr.split('\n')[0] ?? ''}` };
    } catch (error) {
      return { ok: false, stdout: '', reason: `failed: ${messageOf(error)}` };
    }
  }
}

function placing(env: Env): Env {
  return Object.fromEntries(PLACING.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/** Clients that an earlier engine noted; none when the file holds no such list. */
function kept(file: string): readonly Client[] {
  try {
    const list = JSON.parse(readFileSync(file, 'utf8')) as unknown;
    return Array.isArray(list) ? list.slice(0, MAX_CLIENTS).filter(isClient) : [];
  } catch {
    return [];
  }
}

function isClient(value: unknown): value is Client {
  if (typeof value !== 'object' || value === null) return false;
  const { argv, env } = value as Partial<Record<'argv' | 'env', unknown>>;
  const isText = (one: unknown): boolean => typeof one === 'string';
  if (!Array.isArray(argv) || argv.length > 32 || !argv.every(isText)) return false;
  return typeof env === 'object' && env !== null && Object.values(env).every(isText);
}
