/** `mcptui proxy` in the test's own process, between an agent and an engine that the test plays. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import { systemClock } from '../../../src/kernel/clock.ts';
import { Proxy } from '../../../src/mcp/proxy/proxy.ts';
import type { SessionIdentity } from '../../../src/mcp/types/session.ts';
import type { LastStart } from '../../../src/kernel/start-record.ts';
import { eventually, Peer } from './mcp-harness.ts';

export const OK = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: mcptui-stdio\r\n\r\n';

export class ProxyWorld {
  /** Connections of the proxy, in order. */
  readonly sockets: Socket[] = [];
  /** The first bytes of each. */
  readonly requests: string[] = [];
  /** The engine's side of those that were upgraded. */
  readonly peers: Peer[] = [];
  readonly exits: { readonly code: number; readonly message: string | undefined }[] = [];
  #isClosed = false;
  /** Who started the engine that has gone. */
  startedBy: LastStart | undefined;
  /** As the proxy has learnt it. */
  lookedWho: LastStart | undefined;
  /** Engines that the proxy has started. */
  starts = 0;
  readonly #folder = mkdtempSync(join(tmpdir(), 'mcptui-proxy-'));
  readonly socketPath = join(this.#folder, 'e.sock');
  /** Where the proxy looks for it. */
  places: readonly string[] = [this.socketPath];
  /** What the proxy has said while it went on. */
  readonly told: string[] = [];
  #engine: Server | undefined;
  #answer = OK;

  /** The engine that runs answers the next upgrades so. */
  answerWith(answer: string): void {
    this.#answer = answer;
  }

  /** Answers the upgrade with `answer`; after a 101, `initialize` is answered by itself. */
  async startEngine(answer = OK, rest = ''): Promise<void> {
    this.#answer = answer;
    const engine = createServer((socket) => {
      this.sockets.push(socket);
      socket.on('error', () => {});
      socket.once('data', (chunk: Buffer) => {
        this.requests.push(chunk.toString('utf8'));
        const said = this.#answer;
        socket.write(said + rest);
        if (said !== OK) return void socket.end();
        const peer = new Peer(socket);
        this.peers.push(peer);
        void peer.untilMethod('initialize').then(
          (message) => peer.send({ jsonrpc: '2.0', id: message['id'], result: { number: this.peers.length } }),
          () => undefined,
        );
      });
    });
    this.#engine = engine;
    await new Promise<void>((resolve) => engine.listen(this.socketPath, resolve));
  }

  async stopEngine(): Promise<void> {
    const engine = this.#engine;
    this.#engine = undefined;
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => (engine === undefined ? resolve(undefined) : engine.close(resolve)));
  }

  client(options: { readonly mayStart?: boolean; readonly identity?: SessionIdentity } = {}): Peer & { proxy: Proxy } {
    const [ours, theirs] = duplexPair();
    const proxy = new Proxy({
      clock: systemClock,
      input: theirs,
      output: theirs,
      sockets: () => this.places,
      tell: (message) => void this.told.push(message),
      identity: options.identity ?? { project: 'default' },
      starter:
        options.mayStart === true
          ? {
              startedBy: () => Promise.resolve((this.lookedWho = this.startedBy)),
              start: async () => {
                this.starts += 1;
                // A client that outlives the world has no folder to start one in.
                if (this.#isClosed) throw new Error('the world is closed');
                await this.startEngine();
                return { logPath: 'the-log', exited: new Promise(() => {}), words: () => '' };
              },
            }
          : undefined,
      exit: (code, message) => void this.exits.push({ code, message }),
    });
    proxy.start();
    return Object.assign(new Peer(ours), { proxy });
  }

  /** The engine's side of the connection with this number, from 1. */
  async peerNumber(count: number): Promise<Peer> {
    await eventually(() => this.peers.length >= count, `connection ${count}`);
    return this.peers[count - 1] as Peer;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.stopEngine();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
