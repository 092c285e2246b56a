/** A router, one agent and one remote server that answers as the test says. */
import type { RouterOptions } from '../../../src/mcp/index.ts';
import { eventually, Harness, type Message } from './mcp-harness.ts';
import type { Peer } from './peer.ts';
import { ScriptedServer, type Exchange } from '../fakes/scripted-server.ts';

export class RemoteWorld {
  readonly server: ScriptedServer;
  readonly harness: Harness;
  #agent: Peer | undefined;

  private constructor(server: ScriptedServer, options: RouterOptions) {
    this.server = server;
    this.harness = new Harness(options);
  }

  static async start(options: RouterOptions = {}): Promise<RemoteWorld> {
    return new RemoteWorld(await ScriptedServer.start(), options);
  }

  /** There once `connect` has been called. */
  get agent(): Peer {
    if (this.#agent === undefined) throw new Error('no agent is connected');
    return this.#agent;
  }

  async connect(): Promise<void> {
    await this.harness.remote('far', this.server.url);
    await eventually(() => this.harness.observed.tools.length > 0, 'its tools');
    this.#agent = await this.harness.agent();
  }

  call(args: Message = {}): Promise<Message> {
    return this.agent.request('tools/call', { name: 'far__echo', arguments: args });
  }

  /** Lets a call of the tool be answered by `answer`. */
  onCall(answer: (exchange: Exchange) => void): void {
    this.server.script = (exchange) => {
      if (exchange.name !== 'tools/call') return false;
      answer(exchange);
      return true;
    };
  }

  async close(): Promise<void> {
    await this.harness.close();
    await this.server.close();
  }
}
