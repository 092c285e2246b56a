/** The four settings in which the points of the protocol must hold: one upstream or several, shared or an instance a session. */
import { Harness, tool, type FakeServer, type FakeServerOptions, type Message, type Peer } from './mcp-harness.ts';
import type { RoutedServer, RouterOptions } from '../../../src/mcp/index.ts';

export interface Setting {
  readonly name: string;
  readonly isolation: 'session' | 'shared';
  readonly several: boolean;
}

export const SETTINGS: readonly Setting[] = [
  { name: 'one upstream, shared', isolation: 'shared', several: false },
  { name: 'one upstream, an instance a session', isolation: 'session', several: false },
  { name: 'several upstreams, shared', isolation: 'shared', several: true },
  { name: 'several upstreams, an instance a session', isolation: 'session', several: true },
];

/** Every server has it; its argument tells which instance serves an agent. */
const MARK = 'mark';

export class World {
  readonly setting: Setting;
  readonly harness: Harness;
  /** Every fake instance of the server under test that was ever started. */
  #instances: () => readonly FakeServer[] = () => [];
  #crash: (server: FakeServer) => void = () => {};
  #marks = 0;

  private constructor(setting: Setting, options: RouterOptions) {
    this.setting = setting;
    this.harness = new Harness(options);
  }

  /** Server `a` with these lists; with several, also `b` with the same names and URIs, and `c`, which is down. */
  static async open(
    setting: Setting,
    fake: FakeServerOptions = {},
    routed: Partial<RoutedServer> = {},
    options: RouterOptions = {},
  ): Promise<World> {
    const world = new World(setting, options);
    const { harness } = world;
    const withMark = { ...fake, tools: [tool(MARK), ...(fake.tools ?? [])] };
    await world.#start('a', withMark, routed);
    if (!setting.several) return world;
    await world.#start('b', { ...withMark, on: () => undefined }, {}, true);
    harness.route({ name: 'c', down: { state: 'error', reason: 'no secret', retryAt: Date.now() + 30_000 } });
    return world;
  }

  /** How agents see a tool or prompt of server `a`. */
  exposed(name: string): string {
    return `a__${name}`;
  }

  agent(options: Parameters<Harness['agent']>[0] = {}): Promise<Peer> {
    return this.harness.agent(options);
  }

  call(agent: Peer, name: string, args: Message = {}, more: Message = {}): Promise<Message> {
    return agent.request('tools/call', { name: this.exposed(name), arguments: args, ...more });
  }

  /** The instance of server `a` that serves the agent, found by a call of it. */
  async instanceOf(agent: Peer): Promise<FakeServer> {
    const mark = `mark-${(this.#marks += 1)}`;
    await this.call(agent, MARK, { mark });
    const found = this.#instances().find(({ calls }) =>
      calls.some(({ params }) => ((params as Message)['arguments'] as Message)['mark'] === mark),
    );
    if (found === undefined) throw new Error(`no instance saw ${mark}`);
    return found;
  }

  instances(): readonly FakeServer[] {
    return this.#instances();
  }

  /** Ends an instance as a crash would; another one follows. */
  crash(server: FakeServer): void {
    this.#crash(server);
  }

  close(): Promise<void> {
    return this.harness.close();
  }

  async #start(name: string, fake: FakeServerOptions, routed: Partial<RoutedServer>, isOther = false): Promise<void> {
    const { harness, setting } = this;
    if (setting.isolation === 'session') {
      const fleet = await harness.fleet(name, fake, routed);
      if (isOther) return;
      this.#instances = () => fleet.started;
      this.#crash = (server) => {
        for (const [id, one] of fleet.servers) if (one === server) fleet.crash(id);
      };
      return;
    }
    harness.route({ name, ...routed });
    const started = [await harness.server(name, fake)];
    if (isOther) return;
    this.#instances = () => started;
    this.#crash = (server) => {
      server.stream.destroy();
      setImmediate(() => started.push(harness.begin(name, server.options, `${name}-1`).fake));
    };
  }
}

export function errorOf(answer: Message): Message {
  return answer['error'] as Message;
}

export function resultOf(answer: Message): Message {
  return answer['result'] as Message;
}

export function namesIn(answer: Message, key = 'tools'): string[] {
  return (resultOf(answer)[key] as { name: string }[]).map(({ name }) => name);
}
